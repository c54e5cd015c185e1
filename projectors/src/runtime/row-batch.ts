import type { ChangeBatch } from './change-batch.js'
import type { Row, Table, TableOf, Value } from './table.js'

/** What is to become of one row. */
export type RowChange =
  /** The row becomes this, whether it exists or not (but see Table.final). */
  | { kind: 'put'; row: Record<string, Value> }
  /** The row exists; these columns are set, those increased. */
  | { kind: 'change'; set: Record<string, Value>; add: Record<string, number> }
  /** These columns are increased; a row that does not exist begins at zero. */
  | { kind: 'accumulate'; add: Record<string, number> }
  /** There is no such row any more. */
  | { kind: 'remove' }

export interface KeyedChange {
  /** Values of the key columns, in their order. */
  key: Value[]
  change: RowChange
}

/**
 * The rows that a run of events leads to: changes of one key are merged in the order in which they come, so that the
 * database sees each row once. Holds no connection; handlers fill it, the runtime writes it.
 */
export class RowBatch implements ChangeBatch {
  private readonly tables = new Map<Table, Map<string, KeyedChange>>()
  private rows = 0
  /** How to undo what an attempt has done so far, by slot; null outside of one. */
  private undo: Map<KeyedChange, () => void> | null = null

  /** Number of rows to write. */
  get size(): number {
    return this.rows
  }

  /** Runs `work`; where it throws, the batch is as it was before. */
  attempt(work: () => void): void {
    this.undo = new Map()
    try {
      work()
    } catch (error) {
      for (const restore of this.undo.values()) restore()
      throw error
    } finally {
      this.undo = null
    }
  }

  put<R extends object, K extends keyof R>(table: TableOf<R, K>, row: R): void {
    const values = row as Row
    for (const column of table.columns) {
      if (values[column] === undefined) throw new Error(`${table.name}: a row without ${column}`)
    }
    const slot = this.slot(table, values)
    const before = slot.change
    if (before?.kind === 'put' && table.final && before.row[table.final.column] === table.final.value) return
    slot.change = { kind: 'put', row: { ...values } }
  }

  /** Sets columns of a row that must exist by the time the batch is written. */
  update<R extends object, K extends keyof R>(table: TableOf<R, K>, key: Pick<R, K>, set: Partial<Omit<R, K>>): void {
    const slot = this.slot(table, key as Row)
    const change = slot.change ?? { kind: 'change', set: {}, add: {} }
    slot.change = change
    if (change.kind === 'put') return void Object.assign(change.row, set)
    if (change.kind !== 'change') throw new Error(contradicts(table, change, 'updated'))
    Object.assign(change.set, set)
    for (const column of Object.keys(set)) delete change.add[column]
  }

  /** Increases columns of a row that must exist by the time the batch is written. */
  add<R extends object, K extends keyof R>(table: TableOf<R, K>, key: Pick<R, K>, by: NumbersOf<Omit<R, K>>): void {
    const slot = this.slot(table, key as Row)
    const change = slot.change ?? { kind: 'change', set: {}, add: {} }
    slot.change = change
    for (const [column, delta] of Object.entries(by as Record<string, number>)) {
      if (change.kind === 'put') increase(change.row, column, delta)
      else if (change.kind !== 'change') throw new Error(contradicts(table, change, 'updated'))
      else if (column in change.set) increase(change.set, column, delta)
      else increase(change.add, column, delta)
    }
  }

  /** Increases columns of a row; all its columns but the key are sums, and begin at zero where the row does not exist. */
  accumulate<R extends object, K extends keyof R>(
    table: TableOf<R, K>,
    key: Pick<R, K>,
    by: NumbersOf<Omit<R, K>>,
  ): void {
    const slot = this.slot(table, key as Row)
    const change = slot.change ?? { kind: 'accumulate', add: {} }
    slot.change = change
    if (change.kind !== 'accumulate') throw new Error(contradicts(table, change, 'accumulated'))
    for (const [column, delta] of Object.entries(by as Record<string, number>)) increase(change.add, column, delta)
  }

  /** There is to be no such row any more, whether there was one or not. */
  remove<R extends object, K extends keyof R>(table: TableOf<R, K>, key: Pick<R, K>): void {
    this.slot(table, key as Row).change = { kind: 'remove' }
  }

  /** Changes by table, in the order of the keys: transactions that meet take their locks in the same order. */
  *byTable(): Iterable<{ table: Table; changes: KeyedChange[] }> {
    for (const [table, slots] of this.tables) {
      yield { table, changes: [...slots.values()].sort((a, b) => compareKeys(a.key, b.key)) }
    }
  }

  private slot(table: Table, row: Row): { change: RowChange | undefined } {
    const key = table.key.map((column) => row[column] as Value)
    if (key.some((value) => value === undefined || value === null)) throw new Error(`${table.name}: a key with a gap`)
    const slots = this.tables.get(table) ?? new Map<string, KeyedChange>()
    this.tables.set(table, slots)
    const id = JSON.stringify(key)
    const existing = slots.get(id)
    if (existing) {
      if (this.undo && !this.undo.has(existing)) {
        const before = copyOf(existing.change)
        this.undo.set(existing, () => {
          existing.change = before
        })
      }
      return existing
    }
    const created = { key } as KeyedChange
    slots.set(id, created)
    this.rows += 1
    this.undo?.set(created, () => {
      slots.delete(id)
      this.rows -= 1
    })
    return created as { change: RowChange | undefined }
  }
}

export type NumbersOf<R> = { [C in keyof R as R[C] extends number ? C : never]?: number }

function copyOf(change: RowChange): RowChange {
  if (change.kind === 'put') return { kind: 'put', row: { ...change.row } }
  if (change.kind === 'change') return { kind: 'change', set: { ...change.set }, add: { ...change.add } }
  return change.kind === 'accumulate' ? { kind: 'accumulate', add: { ...change.add } } : change
}

const contradicts = ({ name }: Table, { kind }: RowChange, what: string) =>
  `${name}: a row cannot be ${what} after its ${kind}`

function increase(row: Record<string, Value>, column: string, by: number): void {
  row[column] = ((row[column] as number | undefined) ?? 0) + by
}

function compareKeys(a: Value[], b: Value[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] as string | number
    if (left === right) continue
    return (left as string | number) < right ? -1 : 1
  }
  return 0
}
