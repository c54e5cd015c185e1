import { inTransaction } from '@onsale/platform/sql'
import type { Pool, ResultSetHeader } from 'mysql2/promise'
import type { VersionPorts } from './ports.js'
import type { Version } from './version.js'
import { databaseNow } from './version-rows.js'

type Which = Pick<Version, 'projection' | 'version'>

/** A worker that has been silent for so long is taken for dead. */
export const silenceMs = 5_000

/**
 * Which process builds a version, decided by compare-and-set in the database. Who takes it over grows the term and renews every
 * checkpoint of the version, so that what the one before still has in hand loses; two that build at a time for a moment do
 * no harm, only work twice.
 */
export class BuildLease {
  constructor(
    private readonly pool: Pool,
    private readonly ports: VersionPorts,
    /** No other process has it, nor had it. */
    private readonly worker: string,
  ) {}

  isFree({ worker, silentMs }: Version): boolean {
    return worker === null || silentMs === null || silentMs > silenceMs
  }

  /** The term as the one who builds; null where somebody else was first. */
  async take({ projection, version, term }: Which & { term: number }): Promise<number | null> {
    return inTransaction(this.pool, this.ports, async (connection) => {
      const [taken] = await connection.query<ResultSetHeader>(
        `UPDATE projection_version SET worker = ?, term = term + 1, seen_at = ${databaseNow}
         WHERE projection = ? AND version = ? AND term = ? AND state = 'building' AND paused = 0
           AND (worker IS NULL OR seen_at < ${databaseNow} - ?)`,
        [this.worker, projection, version, term, silenceMs],
      )
      if (taken.affectedRows !== 1) return null
      await connection.query(
        'UPDATE projection_checkpoint SET epoch = epoch + 1 WHERE projection = ? AND version = ?',
        [projection, version],
      )
      return term + 1
    })
  }

  /** A sign of life; false where the version is not ours any more. */
  async keep({ projection, version }: Which, term: number, slowedMs: number): Promise<boolean> {
    const [kept] = await this.pool.query<ResultSetHeader>(
      `UPDATE projection_version SET seen_at = ${databaseNow}, slowed_ms = ?
       WHERE projection = ? AND version = ? AND worker = ? AND term = ? AND state = 'building'`,
      [slowedMs, projection, version, this.worker, term],
    )
    return kept.affectedRows === 1
  }

  async giveUp({ projection, version }: Which, term: number): Promise<void> {
    await this.pool.query(
      'UPDATE projection_version SET worker = NULL, slowed_ms = 0 WHERE projection = ? AND version = ? AND worker = ? AND term = ?',
      [projection, version, this.worker, term],
    )
  }
}
