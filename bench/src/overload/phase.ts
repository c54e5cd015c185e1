/** What the overload's client is told to do: phases, one after the other, on the same connections. */
export interface OverloadJob {
  /** http://host:port/path */
  url: string
  /** Access tokens; requests take them in turn. */
  tokens: string[]
  bodies: string[]
  keyPrefix: string
  connections: number
  phases: Phase[]
}

export interface Phase {
  name: string
  seconds: number
  /** Requests a second, sent when they are due; null: so many connections send as soon as they have their answer. */
  perSecond: number | null
  connections?: number
}

/** A quarter of a second of a phase. */
export interface Window {
  sent: number
  accepted: number
  /** 429 and 503: told to come back. */
  shed: number
  /** 202: taken, the answer is still to come. */
  pending: number
  /** Every other answer, and connections that broke. */
  failed: number
  p50Ms: number
  p99Ms: number
}

export const windowMs = 250

export interface PhaseResult {
  name: string
  seconds: number
  windows: Window[]
  acceptedPerSecond: number
  sentPerSecond: number
  shed: number
  failed: number
  /** What one of those that failed said. */
  complaint: string | null
  /** Requests that were due while every connection was busy: not sent. */
  unsent: number
  p50Ms: number
  p99Ms: number
}

export interface OverloadResult {
  phases: PhaseResult[]
  /** Numbers of the requests that were answered as accepted; the key of each is the prefix and its number. */
  acknowledged: number[]
  /** Those with a 202. */
  taken: number[]
}
