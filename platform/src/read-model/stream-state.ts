import type { Position } from '../http/position.js'

/** stream-parked: what is shown ends before an event that could not be applied; stream-incomplete: an operator decided to do without one. */
export const staleReasons = ['stream-parked', 'stream-incomplete'] as const
export type Stale = (typeof staleReasons)[number]

/** What is the matter with a stream in some read models. */
export interface StreamState {
  /** Of the first event that is parked in one of them: what they show of the stream ends before it. Null: none is. */
  parkedFrom: Position | null
  incomplete: boolean
}

export const whole: StreamState = { parkedFrom: null, incomplete: false }

export const staleOf = ({ parkedFrom, incomplete }: StreamState): Stale | null =>
  parkedFrom ? 'stream-parked' : incomplete ? 'stream-incomplete' : null
