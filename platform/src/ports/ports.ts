/**
 * Clock, timers, randomness and ids are handed in, never taken: the simulator holds them. The system's own stand in
 * `system.ts`, the one place (with the adapters beside it) where the lint rule lets Date.now and setTimeout pass.
 */
export interface Clock {
  /** UTC ms since the epoch. */
  now(): number
}

export interface Timers {
  /** Resolves after `ms`, or at once with false when the signal aborts. True where the time passed. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>
}

export interface Ids {
  /** UUIDv7, lower case. */
  uuid(): string
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
}
