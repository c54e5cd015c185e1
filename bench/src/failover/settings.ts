export interface FailoverSettings {
  /** Records in the partition's journal. */
  events: number
  /** Smaller sizes that are measured on the way there. */
  sizes: number[]
  /** Owners killed at that size. */
  kills: number
  /** Owners stopped, whose partition is handed over, at that size. */
  handOvers: number
  /** Of each kind, where nobody stands by; at any size. */
  cold: number
}

/** The partition that is measured. */
export const partition = 0
export const seats = 50_000
/** So many seats are sold; what else is in the history comes and goes. */
export const mostSold = 20_000
/** A command is sent so often all the while. */
export const probeMs = 20
export const burstCommands = 4_000
/** What is done at a smaller size. */
export const fewer = (times: number) => Math.max(1, Math.round(times / 4))
