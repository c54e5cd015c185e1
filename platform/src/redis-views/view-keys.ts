/** Where a Redis view of a partition lies. */
export interface ViewPlace {
  projection: string
  partition: number
}

/**
 * The keys of one projection in one partition, of all its versions, begin like this: what is in braces is what Redis Cluster
 * places them by, so checkpoint, rows and the pointer to the version that is served are in one slot, and one script may touch them all.
 */
export const viewPrefix = (env: string, { projection, partition }: ViewPlace): string =>
  `onsale:{${env}/${projection}/${partition}}:`

/** Of the version that readers are shown: its number. */
export const servingKey = (env: string, place: ViewPlace): string => `${viewPrefix(env, place)}serving`

/** Before every key of a version. Those that the runtime keeps for itself begin with "!" after it. */
export const versionPrefix = (env: string, place: ViewPlace, version: number): string =>
  `${viewPrefix(env, place)}v${version}:`

export const ownKey = {
  /** Hash: next, claim, command, epoch, at, topic. */
  checkpoint: '!checkpoint',
  /** Hash: stream → version applied last. */
  streams: '!streams',
  /** Hash: stream → what the projection remembers of it. */
  notes: '!notes',
  /** Hash: stream → version that an operator dropped. */
  follow: '!follow',
  /** Set: streams of which an operator dropped an event. */
  incomplete: '!incomplete',
  /** Hash: stream → JSON, why and from where it is parked. */
  parked: '!parked',
  /** Hash: offset → JSON, what operators dropped. */
  dropped: '!dropped',
  /** Set: every other key of the version. */
  keys: '!keys',
  /** There while the checkpoint must not move: a switch waits for another version. */
  hold: '!hold',
} as const
