import {
  type Checkpoint,
  type CheckpointId,
  type Parked,
  type RowBatch,
  type RowChange,
  RowMissingError,
  type StreamVersions,
  tableName,
} from '@onsale/projectors'
import { duplicate, tooLong } from './errors.js'
import type { Fits } from './sql-server.js'
import { type Cell, keyOf, type Row, type Tables, type Value } from './tables.js'
import type { Transaction } from './transaction.js'

// What the statements of the real store do, on the simulated tables.

export const checkpointKey = ({ projection, version, topic, partition }: CheckpointId) =>
  keyOf([projection, version, topic, partition])
export const streamKey = ({ projection, version }: CheckpointId, stream: string) => keyOf([projection, version, stream])
export const parkedStreamKey = (id: CheckpointId, stream: string) => keyOf([checkpointKey(id), stream])
export const parkedEventKey = (id: CheckpointId, offset: number) => keyOf([checkpointKey(id), offset])

const columnsOf = ({ projection, version, topic, partition }: CheckpointId) => ({
  projection,
  version,
  topic,
  partition_no: partition,
})
export const isOf = (row: Row, { projection, version, topic, partition }: CheckpointId): boolean =>
  row.partition_no === partition && row.projection === projection && row.version === version && row.topic === topic

export const toCheckpoint = (row: Row): Checkpoint => ({
  nextOffset: row.next_offset as number,
  claimId: row.claim_id as string | null,
  commandOffset: row.command_offset as number | null,
  epoch: row.epoch as number,
})

export const firstCheckpoint = (id: CheckpointId, now: number): Row => ({
  ...columnsOf(id),
  next_offset: 0,
  claim_id: null,
  command_offset: null,
  epoch: 0,
  updated_at: now,
})

export function moveCheckpoint(
  transaction: Transaction,
  cell: Cell,
  from: Checkpoint,
  { nextOffset, claimId, commandOffset }: Checkpoint,
  now: number,
): boolean {
  const row = transaction.read(cell)
  if (!row || row.next_offset !== from.nextOffset || row.claim_id !== from.claimId || row.epoch !== from.epoch)
    return false
  transaction.write(cell, {
    ...row,
    next_offset: nextOffset,
    claim_id: claimId,
    command_offset: commandOffset,
    updated_at: now,
  })
  return true
}

/** The cells of the batch, in the order in which the real statements lock them. */
export function* cellsOf(tables: Tables, version: number, rows: RowBatch): Iterable<Cell> {
  for (const { table, changes } of rows.byTable())
    for (const { key } of changes) yield tables.cell(tableName(table, version), keyOf(key))
}

export function writeRows(transaction: Transaction, tables: Tables, version: number, rows: RowBatch, fits: Fits): void {
  for (const { table, changes } of rows.byTable()) {
    const name = tableName(table, version)
    const missing: Value[][] = []
    for (const { key, change } of changes) {
      const cell = tables.cell(name, keyOf(key))
      const before = transaction.read(cell)
      const row = changed(before, change, table, key)
      if (row === undefined) {
        missing.push(key)
        continue
      }
      const column = row && fits(name, row)
      if (column) throw tooLong(name, column)
      transaction.write(cell, row)
    }
    if (missing.length > 0) throw new RowMissingError(name, missing)
  }
}

interface TableShape {
  key: readonly string[]
  columns: readonly string[]
  final?: { readonly column: string; readonly value: Value } | undefined
}

/** The row after the change; undefined where it changes a row that is not there. */
export function changed(
  before: Row | null,
  change: RowChange,
  { columns, key: keyColumns, final }: TableShape,
  key: readonly (Value | undefined)[],
): Row | null | undefined {
  if (change.kind === 'remove') return null
  if (change.kind === 'put')
    return before && final && before[final.column] === final.value ? before : (change.row as Row)
  if (change.kind === 'change') {
    if (!before) return undefined
    const row: Record<string, Value> = { ...before, ...change.set }
    for (const column in change.add) row[column] = (before[column] as number) + (change.add[column] as number)
    return row
  }
  const sums: Record<string, Value> = {}
  for (const column of columns) sums[column] = before?.[column] ?? key[keyColumns.indexOf(column)] ?? 0
  for (const column in change.add) sums[column] = (sums[column] as number) + (change.add[column] as number)
  return sums
}

export function streamVersions(read: (stream: string) => Row | null, streams: readonly string[]): StreamVersions {
  const known: StreamVersions = { versions: new Map(), mayFollow: new Map() }
  for (const stream of streams) {
    const row = read(stream)
    if (!row) continue
    known.versions.set(stream, row.stream_version as number)
    if (row.may_follow !== null) known.mayFollow.set(stream, row.may_follow as number)
  }
  return known
}

export const streamRow = (
  before: Row | null,
  { projection, version }: CheckpointId,
  stream: string,
  at: number,
): Row => ({
  projection,
  version,
  stream,
  stream_version: at,
  incomplete: before?.incomplete ?? 0,
  may_follow: null,
})

export function parkStream(
  transaction: Transaction,
  cell: Cell,
  id: CheckpointId,
  { stream, stop }: Parked,
  now: number,
): void {
  if (!stop) return
  if (transaction.read(cell)) throw duplicate('parked_stream', cell.key)
  transaction.write(cell, {
    ...columnsOf(id),
    stream,
    first_offset: stop.offset,
    reason: stop.reason,
    detail: stop.detail,
    missing: stop.missing,
    parked_at: now,
    attempts: 0,
    redrive_at: null,
    redrive_by: null,
  })
}

export function parkEvent(transaction: Transaction, cell: Cell, id: CheckpointId, parked: Parked, now: number): void {
  if (transaction.read(cell)) return
  const { offset, claimId, stream, streamVersion, name } = parked
  transaction.write(cell, {
    ...columnsOf(id),
    offset_no: offset,
    claim_id: claimId,
    stream,
    stream_version: streamVersion,
    name,
    parked_at: now,
  })
}

/** Of a stream's first parked events, in order. */
export function places(rows: Iterable<Row>, id: CheckpointId, stream: string, most: number) {
  const found: { offset: number; claimId: string }[] = []
  for (const row of rows)
    if (row.stream === stream && isOf(row, id))
      found.push({ offset: row.offset_no as number, claimId: row.claim_id as string })
  return found.sort((a, b) => a.offset - b.offset).slice(0, most)
}
