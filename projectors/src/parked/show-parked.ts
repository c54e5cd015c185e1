import type { Codec } from '@onsale/platform/codec'
import { decodeJournal } from '@onsale/platform/log'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { listParked, type ParkedFilter, type ParkedStream } from './parked-streams.js'
import type { ParkedViews } from './parked-views.js'
import { type LogAccess, readRecordsAt } from './read-records-at.js'

/** A parked event as it lies in the log. */
export interface ParkedEvent {
  offset: number
  /** Null where the record has none. */
  streamVersion: number | null
  /** Full record name as the record's header says it. */
  name: string | null
  claimId: string
  /** UTC ms. */
  parkedAt: number
  /** What the log has at the offset; null where it has nothing there. */
  value: { decoded: unknown } | { undecodable: string; base64: string } | null
}

export interface ParkedStreamEvents extends ParkedStream {
  /** In their order, the first ones. */
  parkedEvents: ParkedEvent[]
}

interface Access extends LogAccess {
  pool: Pool
  codec: Codec
  /** Where those in Redis are to be looked at as well. */
  views?: ParkedViews
}

/** The parked streams that match, each with its first events read from the log. */
export async function showParked(
  access: Access,
  { limit = 20, ...filter }: ParkedFilter & { limit?: number },
): Promise<ParkedStreamEvents[]> {
  const shown: ParkedStreamEvents[] = []
  for (const it of await listParked(access.pool, filter))
    shown.push({ ...it, parkedEvents: await fromTheLog(access, it, await eventsOf(access.pool, it, limit)) })
  for (const it of (await access.views?.list(filter)) ?? [])
    shown.push({ ...it, parkedEvents: await fromTheLog(access, it, (await access.views?.events(it, limit)) ?? []) })
  return shown
}

type Place = Omit<ParkedEvent, 'value'>

async function eventsOf(
  pool: Pool,
  { projection, version, topic, partition, stream }: ParkedStream,
  limit: number,
): Promise<Place[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT offset_no, claim_id, stream_version, name, parked_at FROM parked_event
     WHERE projection = ? AND version = ? AND topic = ? AND partition_no = ? AND stream = ? ORDER BY offset_no LIMIT ?`,
    [projection, version, topic, partition, stream, limit],
  )
  return rows.map(
    ({ offset_no: offset, claim_id: claimId, stream_version: streamVersion, name, parked_at: parkedAt }) => ({
      ...{ offset, streamVersion, name, claimId, parkedAt },
    }),
  )
}

async function fromTheLog(
  access: Access,
  { topic, partition }: ParkedStream,
  places: readonly Place[],
): Promise<ParkedEvent[]> {
  const offsets = places.map(({ offset }) => offset)
  const records = new Map(
    ((await readRecordsAt(access, { topic, partition, offsets })) ?? []).map((record) => [record.offset, record]),
  )
  return Promise.all(
    places.map(async ({ offset, streamVersion, name, claimId, parkedAt }) => {
      const record = records.get(offset)
      const value = record ? await readValue(access.codec, { ...record, claimId }) : null
      return { offset, streamVersion, name, claimId, parkedAt, value }
    }),
  )
}

async function readValue(codec: Codec, record: Parameters<typeof decodeJournal>[1]): Promise<ParkedEvent['value']> {
  try {
    return { decoded: (await decodeJournal(codec, record)).data }
  } catch (error) {
    return { undecodable: (error as Error).message, base64: (record.value ?? Buffer.alloc(0)).toString('base64') }
  }
}
