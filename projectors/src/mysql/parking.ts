import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { CheckpointId } from '../runtime/checkpoint.js'
import type { Parked, Stop } from '../runtime/fold.js'
import type { ParkedPlace, ParkedTally } from '../runtime/store.js'
import { checkpointValues, ofCheckpoint } from './checkpoint.js'

// What is parked, in the transaction that holds the checkpoint's lock: nobody else changes it meanwhile.

/** Rows in one statement. */
const rowsPerInsert = 1_000
const longestDetail = 1_000
const longestName = 200

export async function parkedStreams(pool: Pool, id: CheckpointId): Promise<Set<string>> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT stream FROM parked_stream WHERE ${ofCheckpoint}`,
    checkpointValues(id),
  )
  return new Set(rows.map(({ stream }) => stream as string))
}

/** Puts the events behind those that are parked already, and parks the streams that are not yet. */
export async function park(
  connection: Connection,
  id: CheckpointId,
  parked: readonly Parked[],
  now: number,
): Promise<void> {
  const streams = parked.flatMap(({ stream, stop }) => (stop ? [{ stream, stop }] : []))
  if (streams.length > 0)
    await connection.query(
      `INSERT INTO parked_stream
         (projection, version, topic, partition_no, stream, first_offset, reason, detail, missing, parked_at) VALUES ?`,
      [
        streams.map(({ stream, stop: { offset, reason, detail, missing } }) => [
          ...checkpointValues(id),
          ...[stream, offset, reason, detail.slice(0, longestDetail), missing, now],
        ]),
      ],
    )
  for (let at = 0; at < parked.length; at += rowsPerInsert)
    await connection.query(
      // The same place is the same event: a log that is read again from before parks it again.
      `INSERT INTO parked_event
         (projection, version, topic, partition_no, offset_no, claim_id, stream, stream_version, name, parked_at) VALUES ?
       ON DUPLICATE KEY UPDATE parked_at = parked_at`,
      [
        parked
          .slice(at, at + rowsPerInsert)
          .map(({ offset, claimId, stream, streamVersion, name }) => [
            ...checkpointValues(id),
            ...[offset, claimId, stream, streamVersion, name?.slice(0, longestName) ?? null, now],
          ]),
      ],
    )
}

/** Places of a stream's first parked events, in order. */
export async function parkedPlaces(
  connection: Connection | Pool,
  id: CheckpointId,
  stream: string,
  most: number,
): Promise<ParkedPlace[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT offset_no, claim_id FROM parked_event WHERE ${ofCheckpoint} AND stream = ? ORDER BY offset_no LIMIT ?`,
    [...checkpointValues(id), stream, most],
  )
  return rows.map(({ offset_no, claim_id }) => ({ offset: offset_no, claimId: claim_id }))
}

/** Takes the stream's events up to an offset (exclusive) out of the parking. */
export async function unparkEvents(
  connection: Connection,
  id: CheckpointId,
  stream: string,
  before: number,
): Promise<void> {
  await connection.query(`DELETE FROM parked_event WHERE ${ofCheckpoint} AND stream = ? AND offset_no < ?`, [
    ...checkpointValues(id),
    stream,
    before,
  ])
}

/** False also where the redrive that was asked for has been done: by another process, or by this one unheard. */
export async function isRedriveWanted(connection: Connection, id: CheckpointId, stream: string): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT 1 FROM parked_stream WHERE ${ofCheckpoint} AND stream = ? AND redrive_at IS NOT NULL`,
    [...checkpointValues(id), stream],
  )
  return rows.length > 0
}

export async function unparkStream(connection: Connection, id: CheckpointId, stream: string): Promise<void> {
  await connection.query(`DELETE FROM parked_stream WHERE ${ofCheckpoint} AND stream = ?`, [
    ...checkpointValues(id),
    stream,
  ])
}

/** The redrive has come to an event that cannot be applied either. */
export async function parkAgain(
  connection: Connection,
  id: CheckpointId,
  stream: string,
  { offset, reason, detail, missing }: Stop,
): Promise<void> {
  await connection.query(
    `UPDATE parked_stream SET first_offset = ?, reason = ?, detail = ?, missing = ?, attempts = attempts + 1,
       redrive_at = NULL, redrive_by = NULL
     WHERE ${ofCheckpoint} AND stream = ?`,
    [offset, reason, detail.slice(0, longestDetail), missing, ...checkpointValues(id), stream],
  )
}

export async function parkedFrom(
  connection: Connection,
  id: CheckpointId,
  stream: string,
  firstOffset: number,
): Promise<void> {
  await connection.query(`UPDATE parked_stream SET first_offset = ? WHERE ${ofCheckpoint} AND stream = ?`, [
    firstOffset,
    ...checkpointValues(id),
    stream,
  ])
}

export async function parkedNow(pool: Pool, topic: string): Promise<ParkedTally[]> {
  const rowsOf = async (sql: string) => (await pool.query<RowDataPacket[]>(sql, [topic]))[0]
  const streams = await rowsOf('SELECT *, redrive_at IS NOT NULL AS wanted FROM parked_stream WHERE topic = ?')
  const events = await rowsOf(counting('parked_event'))
  const dropped = await rowsOf(counting('dropped_event'))
  const tallies = new Map<string, ParkedTally>()
  const tallyOf = ({ projection, version, partition_no: partition }: RowDataPacket): ParkedTally => {
    const key = JSON.stringify([projection, version, partition])
    const tally = tallies.get(key) ?? { projection, version, partition, streams: [], events: 0, dropped: 0 }
    tallies.set(key, tally)
    return tally
  }
  for (const row of streams)
    tallyOf(row).streams.push({ stream: row.stream, missing: row.missing, redriveWanted: Boolean(row.wanted) })
  for (const row of events) tallyOf(row).events = row.count
  for (const row of dropped) tallyOf(row).dropped = row.count
  return [...tallies.values()]
}

const counting = (table: string) =>
  `SELECT projection, version, partition_no, COUNT(*) AS count FROM ${table} WHERE topic = ? GROUP BY projection, version, partition_no`
