export interface FailoverSettings {
  /** Records in the partition's journal; the smaller sizes are measured on the way there. */
  events: number
  /** Owners killed, and handed over, at that size. */
  kills: number
}

export const smallerSizes = [10_000, 100_000]
/** The partition that is measured. */
export const partition = 0
export const seats = 50_000
/** So many seats are sold; what else is in the history comes and goes. */
export const mostSold = 20_000
/** A command is sent so often all the while. */
export const probeMs = 20
export const burstCommands = 4_000
/** Of a whole run's kills and hand-overs, at the smaller sizes, and of cold take-overs at each. */
export const fewer = (kills: number) => Math.max(1, Math.round(kills / 5))
