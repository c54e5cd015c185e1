import type { Projection } from './projection.js'

/** Which checkpoint: of one projection in one partition. */
export interface CheckpointId {
  projection: string
  version: number
  topic: string
  partition: number
}

/** How far a projection has come in a partition. */
export interface Checkpoint {
  /** Offset of the next record to apply. */
  nextOffset: number
  /** The claim in force there. */
  claimId: string | null
  /** Offset of the command answered last; null before the first. */
  commandOffset: number | null
  /** Grows where a redrive changes what is parked, so that whoever knows it otherwise loses the compare-and-set. */
  epoch: number
}

export const checkpointId = (
  { name, version }: Pick<Projection, 'name' | 'version'>,
  topic: string,
  partition: number,
): CheckpointId => ({ projection: name, version, topic, partition })
