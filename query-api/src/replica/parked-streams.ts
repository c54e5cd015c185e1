import type { Position } from '@onsale/platform/http'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import type { ReadModel } from './read-model.js'

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

const versions = (models: readonly ReadModel[]) => models.map(({ projection, version }) => [projection, version])

/** Of those streams with which anything is the matter. */
export async function streamStates(
  connection: Connection,
  models: readonly ReadModel[],
  topic: string,
  streams: readonly string[],
): Promise<Map<string, StreamState>> {
  const states = new Map<string, StreamState>()
  if (streams.length === 0) return states
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT stream, partition_no, MIN(first_offset) AS first_offset FROM parked_stream
     WHERE stream IN (?) AND topic = ? AND (projection, version) IN (?) GROUP BY stream, partition_no
     UNION ALL
     SELECT stream, NULL, NULL FROM projection_stream
     WHERE stream IN (?) AND incomplete = 1 AND (projection, version) IN (?) GROUP BY stream`,
    [streams, topic, versions(models), streams, versions(models)],
  )
  for (const { stream, partition_no: partition, first_offset: offset } of rows) {
    const state = states.get(stream) ?? whole
    states.set(
      stream,
      offset === null ? { ...state, incomplete: true } : { ...state, parkedFrom: { topic, partition, offset } },
    )
  }
  return states
}

/** Whether the event at this position is itself parked in one of the read models. */
export async function isParked(
  connection: Connection,
  models: readonly ReadModel[],
  { topic, partition, offset }: Position,
): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT 1 FROM parked_event
     WHERE topic = ? AND partition_no = ? AND offset_no = ? AND (projection, version) IN (?) LIMIT 1`,
    [topic, partition, offset, versions(models)],
  )
  return rows.length > 0
}
