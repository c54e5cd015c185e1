import { inSnapshot } from '@onsale/platform/sql'
import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { AnyProjection, Table } from '../runtime/index.js'
import { compareRedisVersions } from './compare-redis-versions.js'
import {
  commonColumns,
  type RowDifference,
  rowDifferences,
  type UnitDigest,
  unitColumn,
  unitDigests,
} from './compare-tables.js'
import { type KeptViews, viewsOf } from './kept-views.js'
import type { VersionPorts } from './ports.js'
import { revisionOf } from './revisions.js'
import type { Version } from './version.js'

export interface TableComparison {
  table: string
  rowsBefore: number
  rowsAfter: number
  /** Columns that only one of the layouts has. */
  columnsAdded: string[]
  columnsRemoved: string[]
}

/** A stream (or, of rows that belong to none, a partition) that does not read the same in both. */
export interface UnitDifference {
  unit: string
  tables: string[]
  /** The first of them. */
  rows: RowDifference[]
}

export interface VersionComparison {
  before: number
  after: number
  tables: TableComparison[]
  /** Streams and partitions that were compared at the same place of the log. */
  compared: number
  equal: number
  different: UnitDifference[]
  /** Those whose two copies were never seen at the same place while we looked. */
  unsettled: string[]
}

export interface ComparisonOptions {
  /** How long to wait for copies that move to be at the same place, ms. */
  patienceMs: number
  /** Streams whose rows are shown. */
  streams: number
  /** Rows of each that are shown. */
  rows: number
  /** Of what is compared in one look. */
  onLook?(settled: number, left: number): void
}

/**
 * Compares two versions while both move. A stream is compared where its two copies are at the same place in one snapshot: at
 * the same version of the stream, or both checkpoints at the same offset of its partition. What was not so in one look is
 * looked at again.
 */
export async function compareVersions(
  pool: Pool,
  ports: VersionPorts,
  definitions: readonly AnyProjection[],
  [before, after]: [Version, Version],
  options: ComparisonOptions,
  kept: KeptViews | null = null,
): Promise<VersionComparison> {
  const views = viewsOf(definitions, before.projection, kept)
  if (views) return compareRedisVersions(views, ports, [before, after], options)
  const pairs = pairTables(
    revisionOf(definitions, before.projection, before.revision),
    revisionOf(definitions, after.projection, after.revision),
  )
  const settled = new Map<string, boolean>()
  const different: UnitDifference[] = []
  const until = ports.clock.now() + options.patienceMs
  for (;;) {
    const look = await inSnapshot(pool, async (connection) => {
      const seen = await lookAt(connection, pairs, before, after)
      for (const [unit, { tables, comparable }] of seen.units) {
        if (!comparable || settled.has(unit)) continue
        settled.set(unit, tables.length === 0)
        if (tables.length === 0) continue
        const rows: RowDifference[] = []
        if (different.length < options.streams)
          for (const { old, now, by, columns } of pairs.filter(({ now: it }) => tables.includes(it.name)))
            rows.push(
              ...(await rowDifferences(
                connection,
                [old, before.version],
                [now, after.version],
                { column: by, value: nameOf(unit) },
                columns,
                options.rows - rows.length,
              )),
            )
        different.push({ unit: nameOf(unit), tables, rows })
      }
      return seen
    })
    const left = [...look.units.keys()].filter((unit) => !settled.has(unit))
    options.onLook?.(settled.size, left.length)
    if (left.length === 0 || ports.clock.now() >= until) {
      return {
        before: before.version,
        after: after.version,
        tables: look.tables,
        compared: settled.size,
        equal: [...settled.values()].filter(Boolean).length,
        different,
        unsettled: left.map(nameOf),
      }
    }
    await ports.timers.sleep(100)
  }
}

interface Pair {
  old: Table
  now: Table
  by: string
  kind: 'stream' | 'partition'
  columns: string[]
}

function pairTables(before: AnyProjection, after: AnyProjection): Pair[] {
  return after.tables.flatMap((now): Pair[] => {
    const old = before.tables.find(({ name }) => name === now.name)
    const unit = unitColumn(now)
    return old && unit ? [{ old, now, by: unit.column, kind: unit.kind, columns: commonColumns(old, now) }] : []
  })
}

/** stream:… or partition:… */
const nameOf = (unit: string) => unit.slice(unit.indexOf(':') + 1)

interface Look {
  tables: TableComparison[]
  /** By unit: the tables in which it differs, and whether both copies are at the same place. */
  units: Map<string, { tables: string[]; comparable: boolean }>
}

async function lookAt(connection: Connection, pairs: Pair[], before: Version, after: Version): Promise<Look> {
  const places = await placesOf(connection, before, after)
  const units: Look['units'] = new Map()
  const tables: TableComparison[] = []
  for (const stream of places.streams)
    units.set(`stream:${stream}`, { tables: [], comparable: places.sameStream(stream) })
  for (const { old, now, by, kind, columns } of pairs) {
    const was = await unitDigests(connection, old, before.version, by, columns)
    const is = await unitDigests(connection, now, after.version, by, columns)
    tables.push({
      table: now.name,
      rowsBefore: sum(was),
      rowsAfter: sum(is),
      columnsAdded: now.columns.filter((column) => !old.columns.includes(column)),
      columnsRemoved: old.columns.filter((column) => !now.columns.includes(column)),
    })
    for (const value of new Set([...was.keys(), ...is.keys()])) {
      const unit = `${kind}:${value}`
      const known = units.get(unit) ?? {
        tables: [],
        comparable: kind === 'stream' ? places.sameStream(value) : places.samePartition(Number(value)),
      }
      units.set(unit, known)
      const [a, b] = [was.get(value), is.get(value)]
      if (a?.rows !== b?.rows || a?.hash !== b?.hash) known.tables.push(now.name)
    }
  }
  return { tables, units }
}

const sum = (digests: ReadonlyMap<string, UnitDigest>) => [...digests.values()].reduce((all, { rows }) => all + rows, 0)

/** Where both copies are. */
async function placesOf(connection: Connection, before: Version, after: Version) {
  const [checkpoints] = await connection.query<RowDataPacket[]>(
    `SELECT a.partition_no FROM projection_checkpoint AS a JOIN projection_checkpoint AS b
       ON b.projection = a.projection AND b.topic = a.topic AND b.partition_no = a.partition_no
     WHERE a.projection = ? AND a.version = ? AND b.version = ? AND a.next_offset = b.next_offset`,
    [before.projection, before.version, after.version],
  )
  const same = new Set(checkpoints.map(({ partition_no }) => partition_no as number))
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT stream, MIN(stream_version) AS least, MAX(stream_version) AS most, COUNT(*) AS copies FROM projection_stream
     WHERE projection = ? AND version IN (?, ?) GROUP BY stream`,
    [before.projection, before.version, after.version],
  )
  const atSameVersion = new Map(
    rows.map(({ stream, least, most, copies }) => [stream as string, copies === 2 && least === most]),
  )
  // A show's id begins with the number of its partition.
  const samePartition = (partition: number) => same.has(partition)
  return {
    streams: [...atSameVersion.keys()],
    samePartition,
    sameStream: (stream: string) => atSameVersion.get(stream) === true || samePartition(Number(stream.split('.')[0])),
  }
}
