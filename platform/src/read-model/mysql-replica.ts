import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { Position } from '../http/position.js'
import { inSnapshot } from '../sql/index.js'
import { Checkpoints } from './checkpoints.js'
import type { ReadModel } from './read-model.js'
import type { ReadModelReplica, Snapshot } from './replica.js'
import { type StreamState, whole } from './stream-state.js'

/** A MySQL or MariaDB replica; its rows are read by SQL on the snapshot's connection. */
export class MysqlReplica implements ReadModelReplica<Connection> {
  constructor(private readonly pool: Pool) {}

  snapshot<Result>(work: (snapshot: Snapshot<Connection>) => Promise<Result>): Promise<Result> {
    return inSnapshot(this.pool, (rows) =>
      work({
        rows,
        checkpoints: () => readCheckpoints(rows),
        streamStates: (models, topic, streams) => streamStates(rows, models, topic, streams),
        isParked: (models, position) => isParked(rows, models, position),
      }),
    )
  }

  checkpoints(): Promise<Checkpoints> {
    return readCheckpoints(this.pool)
  }
}

async function readCheckpoints(connection: Connection | Pool): Promise<Checkpoints> {
  // One statement, so that pointer and checkpoints are of one moment outside of a snapshot too.
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT s.projection, s.version, c.topic, c.partition_no, c.next_offset FROM projection_serving AS s
     LEFT JOIN projection_checkpoint AS c ON c.projection = s.projection AND c.version = s.version`,
  )
  return new Checkpoints(
    rows
      .filter(({ topic }) => topic !== null)
      .map(({ projection, version, topic, partition_no, next_offset }) => ({
        projection,
        version,
        topic,
        partition: partition_no,
        nextOffset: next_offset,
      })),
    new Map(rows.map(({ projection, version }) => [projection, version])),
  )
}

const names = (models: readonly ReadModel[]) => models.map(({ projection }) => projection)
/** Takes the projections' names. */
const served = '(projection, version) IN (SELECT projection, version FROM projection_serving WHERE projection IN (?))'

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
     WHERE stream IN (?) AND topic = ? AND ${served} GROUP BY stream, partition_no
     UNION ALL
     SELECT stream, NULL, NULL FROM projection_stream
     WHERE stream IN (?) AND incomplete = 1 AND ${served} GROUP BY stream`,
    [streams, topic, names(models), streams, names(models)],
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

async function isParked(
  connection: Connection,
  models: readonly ReadModel[],
  { topic, partition, offset }: Position,
): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT 1 FROM parked_event
     WHERE topic = ? AND partition_no = ? AND offset_no = ? AND ${served} LIMIT 1`,
    [topic, partition, offset, names(models)],
  )
  return rows.length > 0
}
