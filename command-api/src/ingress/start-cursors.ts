import type { Cursor } from '@onsale/platform/log'
import type { Timers } from '@onsale/platform/ports'
import { isNotMigrated, openPool } from '@onsale/platform/sql'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import type { Logger } from 'pino'

export interface StartCursorOptions {
  /** A replica will do: an older checkpoint only means more to read. */
  sqlUrl: string
  topic: string
  partitions: number[]
  timers: Timers
  logger: Logger
  /** How often a server that is away is tried before the journal is read from its beginning. */
  tries?: number
  open?: (url: string) => Pick<Pool, 'query' | 'end'>
}

interface CheckpointRow extends RowDataPacket {
  partition_no: number
  next_offset: number
  claim_id: string | null
}

/**
 * Where the answer tail starts: the newest checkpoint of the projection of what became of commands, the journal's beginning for
 * partitions without one. What lies before a checkpoint answers nobody who can still be waiting here. Reads matter less than
 * sales: a database that stays away costs a longer start, not the start.
 */
export async function startCursors(options: StartCursorOptions): Promise<Cursor[]> {
  const { sqlUrl, topic, partitions, timers, logger, tries = 5 } = options
  const pool = (options.open ?? ((url) => openPool({ url, connections: 1 })))(sqlUrl)
  let rows: CheckpointRow[] = []
  try {
    for (let at = 1; at <= tries; at += 1) {
      try {
        ;[rows] = await pool.query<CheckpointRow[]>(
          `SELECT partition_no, next_offset, claim_id FROM projection_checkpoint
           WHERE projection IN ('command_status', 'room_command_status') AND topic = ? ORDER BY next_offset`,
          [topic],
        )
        break
      } catch (error) {
        if (isNotMigrated(error)) break
        logger.warn({ err: error, at, tries }, 'waiting for sql (where to start in the journal)')
        if (at < tries) await timers.sleep(500 * at)
        else logger.warn('no checkpoint to start from: reading the journal from its beginning')
      }
    }
  } finally {
    await pool.end().catch(() => {})
  }
  // In ascending order: of several versions of the projection the one that is furthest wins.
  const newest = new Map(rows.map((row) => [row.partition_no, row]))
  return partitions.map((partition) => {
    const row = newest.get(partition)
    return { partition, offset: row?.next_offset ?? 0, claimId: row?.claim_id ?? null }
  })
}
