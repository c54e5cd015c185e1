export interface ReserveSettings {
  connections: number[]
  rounds: number
  /** Of each measurement, without its warm-up. */
  seconds: number
  /** Shows that the load is spread over, where it is compared with one. */
  shows: number
}

export const defaultSettings: ReserveSettings = { connections: [16, 64, 256, 512], rounds: 3, seconds: 2, shows: 32 }

/** Requests a second of the open loop. */
export const openLoopRate = 500
/** Enough to have no request wait for one while answers come within a second. */
export const openLoopConnections = 256
export const longestWarmUpMs = 400
export const customers = 2_000
/** Pools that a peer's best is chosen from. */
export const poolSizes = [16, 32, 64]
/** What the projections may be behind while they are measured, and how long they may take to catch up afterwards. */
export const allowedLagMs = 2_000
export const allowedCatchUpMs = 5_000
