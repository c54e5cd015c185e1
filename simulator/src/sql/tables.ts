/** What a column holds. */
export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** A row as of the transaction that wrote it; null: the transaction removed it. */
interface Version {
  /** Number of the transaction, from 1 in the order of commits. */
  commit: number
  row: Row | null
  before: Version | null
}

/** The place of a row, there or not: its versions, newest first, and who has its lock. */
export class Cell {
  newest: Version | null = null
  holder: object | null = null
  waiting: (() => void)[] | null = null

  constructor(
    readonly table: string,
    readonly key: string,
  ) {}

  asOf(commit: number): Row | null {
    for (let it = this.newest; it; it = it.before) if (it.commit <= commit) return it.row
    return null
  }
}

/** One key for the values of the key columns. */
export const keyOf = (values: readonly (Value | undefined)[]): string =>
  values.length === 1 ? String(values[0]) : values.join('\u0000')

/**
 * Tables whose every past state can be read, back to the oldest that somebody may still ask for: so the primary, each
 * state that a replica has come to and each snapshot are the same rows, as of a number of commits.
 */
export class Tables {
  private readonly tables = new Map<string, Map<string, Cell>>()
  private commits = 0

  /** Number of the last commit. */
  get committed(): number {
    return this.commits
  }

  cell(table: string, key: string): Cell {
    let cells = this.tables.get(table)
    if (!cells) {
      cells = new Map()
      this.tables.set(table, cells)
    }
    let cell = cells.get(key)
    if (!cell) {
      cell = new Cell(table, key)
      cells.set(key, cell)
    }
    return cell
  }

  get(table: string, key: string, asOf: number): Row | null {
    return this.tables.get(table)?.get(key)?.asOf(asOf) ?? null
  }

  cells(table: string): Iterable<Cell> {
    return this.tables.get(table)?.values() ?? []
  }

  /** In no order that means anything, but always the same. */
  *rows(table: string, asOf: number): Iterable<Row> {
    for (const cell of this.cells(table)) {
      const row = cell.asOf(asOf)
      if (row) yield row
    }
  }

  /** Makes the writes of a transaction one new state. `oldest`: the oldest state that will still be asked for. */
  commit(writes: ReadonlyMap<Cell, Row | null>, oldest: number): number {
    this.commits += 1
    for (const [cell, row] of writes) {
      cell.newest = { commit: this.commits, row, before: cell.newest }
      for (let it: Version | null = cell.newest.before; it; it = it.before) if (it.commit <= oldest) it.before = null
    }
    return this.commits
  }
}
