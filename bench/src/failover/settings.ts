export interface FailoverSettings {
  /** Records in the partition's journal. */
  events: number
  /** Smaller sizes that are measured on the way there. */
  sizes: number[]
  /** Owners killed, and as many handed over, at that size. */
  kills: number
}

/** The partition that is measured. */
export const partition = 0
export const seats = 50_000
/** So many seats are sold; what else is in the history comes and goes. */
export const mostSold = 20_000
/** A command is sent so often all the while. */
export const probeMs = 20
export const burstCommands = 4_000
/** Cold take-overs at a size; and take-overs of any kind at the smaller sizes. */
export const fewer = (kills: number) => Math.max(1, Math.round(kills / 5))
