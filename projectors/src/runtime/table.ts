/** What a column holds: text, an exact number (money in minor units, times in UTC ms), or nothing. */
export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** A read model's table, as far as the runtime must know it. The columns are all those of the SQL table, in any order. */
export interface Table {
  /** Without the version: each version of the projection has a table of its own. */
  readonly name: string
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** A row whose column has this value is final: a later put of the same key leaves it as it is. */
  readonly final?: { readonly column: string; readonly value: Value } | undefined
  /** Columns and keys in SQL, as CREATE TABLE takes them (MariaDB and MySQL 8): what a new version's table is made of. */
  readonly layout: string
  /** Column that says what a row was made from: the stream's id, or the number of the partition. */
  readonly madeFrom: { readonly stream: string } | { readonly partition: string } | null
}

/** The table of one version of a projection. */
export const tableName = ({ name }: Pick<Table, 'name'>, version: number): string => `${name}_v${version}`

/** A table whose rows are `R` with the key columns `K`. */
export interface TableOf<R extends object, K extends keyof R> extends Table {
  /** Carries the types only; never set. */
  readonly types?: { row: R; key: K }
}

/** `defineTable<SeatRow>()({ name, key, columns, … })`: the row is stated, the key inferred. */
export const defineTable =
  <R extends object>() =>
  <const K extends keyof R & string>(definition: {
    name: string
    key: readonly K[]
    columns: readonly (keyof R & string)[]
    final?: { column: keyof R & string; value: Value }
    layout: string
    madeFrom: { stream: keyof R & string } | { partition: keyof R & string } | null
  }): TableOf<R, K> =>
    definition
