/** What a run counts and its last line shows. */
export const faultKinds = [
  /** A process or a server dies; its memory is gone, what it stored stays. */
  'crash',
  /** A request or its reply is lost. */
  'drop',
  /** A message takes much longer than usual. */
  'delay',
  /** Something arrives a second time: a batch that a producer sends again, a request that a client sends again. */
  'duplicate',
  /** A caller is told nothing of a change that it asked for: it may have happened. */
  'indefinite',
  /** Two owners of one partition are alive, and each believes that it is the one. */
  'ownerOverlap',
  /** A clock jumps, or goes at another speed. */
  'clock',
  /** A read of a replica that has not got everything. */
  'replicaLag',
] as const

export type FaultKind = (typeof faultKinds)[number]
export type FaultCounts = Record<FaultKind, number>

export function noFaults(): FaultCounts {
  return Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as FaultCounts
}

/** How often the network misbehaves: probabilities for one call, and mean delays in ms. */
export interface NetworkFaults {
  requestLost: number
  replyLost: number
  /** One way, usually. */
  latencyMs: number
  /** A message is held up. */
  slow: number
  slowMs: number
}

export const calmNetwork: NetworkFaults = { requestLost: 0, replyLost: 0, latencyMs: 0.5, slow: 0, slowMs: 0 }
