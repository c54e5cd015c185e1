import type { Acceptance } from '../http/acceptance.js'
import type { Position } from '../http/position.js'
import type { ServedVersions } from './checkpoints.js'
import type { PositionedReads, Read } from './positioned-reads.js'
import type { ReadModel } from './read-model.js'

/** unknown: nobody is known to have sent it; pending: we took it, so it is in the log, and its answer will come. */
export type CommandStatus<Row> = { kind: 'answered'; row: Row } | { kind: 'pending' } | { kind: 'unknown' }

export interface CommandStatusRequest {
  model: ReadModel
  /** That we took the command, as the one who asks could show; null where they could not. */
  accepted: Acceptance | null
  position: Position | null
}

/** What became of a command; `find` reads its row. @throws ProblemError as PositionedReads does */
export async function readCommandStatus<Rows, Row extends { partition_no: number }>(
  reads: PositionedReads<Rows>,
  { model, accepted, position }: CommandStatusRequest,
  find: (rows: Rows, versions: ServedVersions) => Promise<Row | null>,
): Promise<Read<CommandStatus<Row>>> {
  const { result: row, ...shown } = await reads.read<Row | null>(
    {
      models: [model],
      position,
      partition: (found) => found?.partition_no ?? accepted?.partition ?? null,
      // An answer that is there is the answer, whatever has become of the show since.
      stream: (found) => (found ? null : (accepted?.showId ?? null)),
    },
    find,
  )
  if (row) return { result: { kind: 'answered', row }, ...shown }
  return { result: { kind: accepted ? 'pending' : 'unknown' }, ...shown }
}
