import type { Connection, ResultSetHeader } from 'mysql2/promise'
import type { KeyedChange, RowBatch, RowChange } from '../runtime/row-batch.js'
import { RowMissingError } from '../runtime/store.js'
import { type Table, tableName, type Value } from '../runtime/table.js'
import type { RowLoader } from './load-rows.js'

/**
 * Rows in one statement. While the server is at a large one, this process can work for another partition instead of forming the next; more than
 * this might come to max_allowed_packet, 16 MiB by default.
 */
const rowsPerUpsert = 5_000
/** Keeps it far from the parser's stack. */
const rowsPerUpdate = 500

/** Writes the batch inside the connection's transaction: tables in the order of first use, rows in the order of their keys. */
export async function writeRows(
  connection: Connection,
  version: number,
  rows: RowBatch,
  loader: RowLoader,
): Promise<void> {
  for (const { table: ofAllVersions, changes } of rows.byTable()) {
    const table = { ...ofAllVersions, name: tableName(ofAllVersions, version) }
    const put = of(changes, 'put').map(({ change }) => change.row)
    // A final row stays as it is; a load would replace it.
    if (table.final || !(await loader.load(connection, table, put)))
      for (const chunk of chunks(put, rowsPerUpsert)) await upsert(connection, table, chunk)
    for (const chunk of chunks(of(changes, 'accumulate'), rowsPerUpsert)) await accumulate(connection, table, chunk)
    for (const chunk of chunks(of(changes, 'remove'), rowsPerUpsert)) await remove(connection, table, chunk)
    for (const shape of byShape(of(changes, 'change'))) {
      for (const chunk of chunks(shape, rowsPerUpdate)) await update(connection, table, chunk)
    }
  }
}

type Changed<Kind extends RowChange['kind']> = { key: Value[]; change: Extract<RowChange, { kind: Kind }> }

async function upsert(connection: Connection, table: Table, rows: Record<string, Value>[]): Promise<void> {
  const { columns, final } = table
  const others = columns.filter((column) => !table.key.includes(column))
  // Assignments take effect from left to right, so the column that decides goes last.
  const assigned = final ? [...others.filter((column) => column !== final.column), final.column] : others
  const assignments = assigned.map((column) =>
    final
      ? `${id(column)} = IF(${id(final.column)} <=> ?, ${id(column)}, VALUES(${id(column)}))`
      : `${id(column)} = VALUES(${id(column)})`,
  )
  await connection.query(
    // One placeholder for all rows: one for each value takes the driver ten times as long.
    `INSERT INTO ${id(table.name)} (${columns.map(id).join(', ')}) VALUES ?
     ON DUPLICATE KEY UPDATE ${assignments.join(', ')}`,
    [rows.map((row) => columns.map((column) => row[column])), ...(final ? assigned.map(() => final.value) : [])],
  )
}

async function accumulate(connection: Connection, table: Table, changes: Changed<'accumulate'>[]): Promise<void> {
  const sums = table.columns.filter((column) => !table.key.includes(column))
  await connection.query(
    `INSERT INTO ${id(table.name)} (${[...table.key, ...sums].map(id).join(', ')}) VALUES ?
     ON DUPLICATE KEY UPDATE ${sums.map((sum) => `${id(sum)} = ${id(sum)} + VALUES(${id(sum)})`).join(', ')}`,
    [changes.map(({ key, change }) => [...key, ...sums.map((sum) => change.add[sum] ?? 0)])],
  )
}

async function remove(connection: Connection, table: Table, changes: Changed<'remove'>[]): Promise<void> {
  await connection.query(`DELETE FROM ${id(table.name)} WHERE (${table.key.map(id).join(', ')}) IN (?)`, [
    changes.map(({ key }) => key),
  ])
}

/** One statement for many rows that have the same columns changed, each to values of its own. */
async function update(connection: Connection, table: Table, changes: Changed<'change'>[]): Promise<void> {
  const [first] = changes
  if (!first) return
  const set = Object.keys(first.change.set)
  const add = Object.keys(first.change.add)
  const names = [
    ...table.key.map((_, at) => `k${at}`),
    ...set.map((_, at) => `s${at}`),
    ...add.map((_, at) => `a${at}`),
  ]
  const named = `SELECT ${names.map((name) => `? AS ${name}`).join(', ')}`
  const plain = ` UNION ALL SELECT ${names.map(() => '?').join(', ')}`
  const on = table.key.map((column, at) => `t.${id(column)} = c.k${at}`)
  const assignments = [
    ...set.map((column, at) => `t.${id(column)} = c.s${at}`),
    ...add.map((column, at) => `t.${id(column)} = t.${id(column)} + c.a${at}`),
  ]
  if (assignments.length === 0) return
  const [result] = await connection.query<ResultSetHeader>(
    `UPDATE (${named}${plain.repeat(changes.length - 1)}) AS c STRAIGHT_JOIN ${id(table.name)} AS t ON ${on.join(' AND ')}
     SET ${assignments.join(', ')}`,
    changes.flatMap(({ key, change }) => [
      ...key,
      ...set.map((column) => change.set[column]),
      ...add.map((column) => change.add[column]),
    ]),
  )
  if (result.affectedRows !== changes.length)
    throw new RowMissingError(table.name, await missing(connection, table, changes))
}

async function missing(connection: Connection, table: Table, changes: KeyedChange[]): Promise<Value[][]> {
  const absent: Value[][] = []
  for (const { key } of changes) {
    const where = table.key.map((column) => `${id(column)} = ?`).join(' AND ')
    const [found] = await connection.query(`SELECT 1 FROM ${id(table.name)} WHERE ${where}`, key)
    if ((found as unknown[]).length === 0) absent.push(key)
  }
  return absent
}

const id = (name: string) => `\`${name}\``

const of = <Kind extends RowChange['kind']>(changes: KeyedChange[], kind: Kind) =>
  changes.filter(({ change }) => change.kind === kind) as Changed<Kind>[]

function byShape(changes: Changed<'change'>[]): Changed<'change'>[][] {
  const shapes = new Map<string, Changed<'change'>[]>()
  for (const it of changes) {
    // The statement takes the columns from its first row, so the order of each row's columns must not matter.
    const set = sorted(it.change.set)
    const add = sorted(it.change.add)
    const shape = `${Object.keys(set)}|${Object.keys(add)}`
    const same = shapes.get(shape)
    const change: Changed<'change'> = { key: it.key, change: { kind: 'change', set, add } }
    if (same) same.push(change)
    else shapes.set(shape, [change])
  }
  return [...shapes.values()]
}

const sorted = <V>(row: Record<string, V>): Record<string, V> =>
  Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))

function* chunks<Item>(items: Item[], size: number): Iterable<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}
