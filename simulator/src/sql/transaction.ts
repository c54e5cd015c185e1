import { connectionLost } from './errors.js'
import type { Cell, Row, Tables } from './tables.js'

/** A transaction as the server knows it. READ COMMITTED: a statement sees what is committed by its time, and its own writes. */
export class Transaction {
  readonly writes = new Map<Cell, Row | null>()
  readonly locked: Cell[] = []
  /** What it waits for. */
  waitsFor: Cell | null = null
  /** When its connection was last heard of, simulated ms. */
  heardAt = 0
  private ended: true | Error | null = null

  constructor(private readonly tables: Tables) {}

  /** The row as this transaction sees it. */
  read(cell: Cell): Row | null {
    return this.writes.has(cell) ? (this.writes.get(cell) as Row | null) : cell.asOf(this.tables.committed)
  }

  /** The rows of a table as this transaction sees them. */
  *rows(table: string): Iterable<Row> {
    // What it has written it reads from there, also where the table has no such row yet.
    const own = new Map<string, Row | null>()
    for (const [cell, row] of this.writes) if (cell.table === table) own.set(cell.key, row)
    if (own.size === 0) return yield* this.tables.rows(table, this.tables.committed)
    for (const cell of this.tables.cells(table)) {
      const row = own.has(cell.key) ? (own.get(cell.key) as Row | null) : cell.asOf(this.tables.committed)
      if (row) yield row
    }
  }

  write(cell: Cell, row: Row | null): void {
    this.writes.set(cell, row)
  }

  /** Set where it is over: what a later statement of the connection is answered with. */
  get over(): Error | null {
    return this.ended === true ? connectionLost('the transaction is over') : this.ended
  }

  end(why?: Error): void {
    this.ended ??= why ?? true
    this.waitsFor = null
  }
}
