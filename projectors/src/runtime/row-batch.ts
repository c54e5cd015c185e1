import type { ChangeBatch } from './change-batch.js'
import type { Row, Table, TableOf, Value } from './table.js'
import { UndoLog } from './undo-log.js'

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

/** Not yet said what becomes of it: within one call only. */
type Slot = Omit<KeyedChange, 'change'> & { change: RowChange | undefined }
/** By the key's columns, one map inside the other: no text is made of a key. */
type Slots = Map<Value, Slots | Slot>

/**
 * The rows that a run of events leads to: changes of one key are merged in the order in which they come, so that the
 * database sees each row once. Holds no connection; handlers fill it, the runtime writes it.
 */
export class RowBatch implements ChangeBatch {
  private readonly tables = new Map<Table, Slots>()
  private readonly undo = new UndoLog()
  private rows = 0

  /** Number of rows to write. */
  get size(): number {
    return this.rows
  }

  /** Runs `work`; where it throws, the batch is as it was before. */
  attempt(work: () => void): void {
    const { rows } = this
    try {
      this.undo.attempt(work)
    } catch (error) {
      this.rows = rows
      throw error
    }
  }

  /** @param row of nobody else from here on: later events change it */
  put<R extends object, K extends keyof R>(table: TableOf<R, K>, row: R): void {
    const values = row as Record<string, Value>
    for (const column of table.columns) {
      if (values[column] === undefined) throw new Error(`${table.name}: a row without ${column}`)
    }
    const slot = this.slot(table, values)
    const before = slot.change
    if (before?.kind === 'put' && table.final && before.row[table.final.column] === table.final.value) return
    this.become(slot, { kind: 'put', row: values })
  }

  /** Sets columns of a row that must exist by the time the batch is written. */
  update<R extends object, K extends keyof R>(table: TableOf<R, K>, key: Pick<R, K>, set: Partial<Omit<R, K>>): void {
    const slot = this.slot(table, key as Row)
    const change = slot.change ?? this.become(slot, { kind: 'change', set: {}, add: {} })
    if (change.kind !== 'put' && change.kind !== 'change') throw new Error(contradicts(table, change, 'updated'))
    const into = change.kind === 'put' ? change.row : change.set
    for (const column of Object.keys(set)) {
      this.assign(into, column, (set as Row)[column])
      if (change.kind === 'change' && column in change.add) this.assign(change.add, column, undefined)
    }
  }

  /** Increases columns of a row that must exist by the time the batch is written. */
  add<R extends object, K extends keyof R>(table: TableOf<R, K>, key: Pick<R, K>, by: NumbersOf<Omit<R, K>>): void {
    const slot = this.slot(table, key as Row)
    const change = slot.change ?? this.become(slot, { kind: 'change', set: {}, add: {} })
    for (const [column, delta] of Object.entries(by as Record<string, number>)) {
      if (change.kind === 'put') this.increase(change.row, column, delta)
      else if (change.kind !== 'change') throw new Error(contradicts(table, change, 'updated'))
      else if (column in change.set) this.increase(change.set, column, delta)
      else this.increase(change.add, column, delta)
    }
  }

  /** Increases columns of a row; all its columns but the key are sums, and begin at zero where the row does not exist. */
  accumulate<R extends object, K extends keyof R>(
    table: TableOf<R, K>,
    key: Pick<R, K>,
    by: NumbersOf<Omit<R, K>>,
  ): void {
    const slot = this.slot(table, key as Row)
    const change = slot.change ?? this.become(slot, { kind: 'accumulate', add: {} })
    if (change.kind !== 'accumulate') throw new Error(contradicts(table, change, 'accumulated'))
    for (const [column, delta] of Object.entries(by as Record<string, number>)) this.increase(change.add, column, delta)
  }

  /** There is to be no such row any more, whether there was one or not. */
  remove<R extends object, K extends keyof R>(table: TableOf<R, K>, key: Pick<R, K>): void {
    this.become(this.slot(table, key as Row), { kind: 'remove' })
  }

  /** Changes by table, in the order of the keys: transactions that meet take their locks in the same order. */
  *byTable(): Iterable<{ table: Table; changes: KeyedChange[] }> {
    for (const [table, slots] of this.tables) {
      const changes: KeyedChange[] = []
      inOrder(slots, changes)
      yield { table, changes }
    }
  }

  private slot(table: Table, row: Row): Slot {
    let slots: Slots = this.tables.get(table) ?? new Map()
    if (slots.size === 0) this.tables.set(table, slots)
    const last = table.key.length - 1
    for (let at = 0; ; at += 1) {
      const value = row[table.key[at] as string]
      if (value === undefined || value === null) throw new Error(`${table.name}: a key with a gap`)
      const found = slots.get(value)
      if (at === last) return (found as Slot | undefined) ?? this.newSlot(table, row, slots, value)
      const next: Slots = (found as Slots | undefined) ?? new Map()
      if (!found) slots.set(value, next)
      slots = next
    }
  }

  private newSlot(table: Table, row: Row, slots: Slots, value: Value): Slot {
    const slot: Slot = { key: table.key.map((column) => row[column] as Value), change: undefined }
    slots.set(value, slot)
    this.rows += 1
    this.undo.added(slots, value)
    return slot
  }

  private become<Change extends RowChange>(slot: Slot, change: Change): Change {
    this.undo.changes(slot, 'change')
    slot.change = change
    return change
  }

  private assign(row: Record<string, Value>, column: string, value: Value | undefined): void {
    this.undo.changes(row, column)
    if (value === undefined) delete row[column]
    else row[column] = value
  }

  private increase(row: Record<string, Value>, column: string, by: number): void {
    this.assign(row, column, ((row[column] as number | undefined) ?? 0) + by)
  }
}

export type NumbersOf<R> = { [C in keyof R as R[C] extends number ? C : never]?: number }

const contradicts = ({ name }: Table, { kind }: RowChange, what: string) =>
  `${name}: a row cannot be ${what} after its ${kind}`

function inOrder(slots: Slots, into: KeyedChange[]): void {
  for (const value of [...slots.keys()].sort(compareValues)) {
    const found = slots.get(value) as Slots | Slot
    if (found instanceof Map) inOrder(found, into)
    else into.push(found as KeyedChange)
  }
}

const compareValues = (a: Value, b: Value): number =>
  a === b ? 0 : (a as string | number) < (b as string | number) ? -1 : 1
