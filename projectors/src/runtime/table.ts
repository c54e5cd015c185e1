/** What a column holds: text, an exact number (money in minor units, times in UTC ms), or nothing. */
export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** A read model's table, as far as the runtime must know it. The columns are all those of the SQL table, in any order. */
export interface Table {
  readonly name: string
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** A row whose column has this value is final: a later put of the same key leaves it as it is. */
  readonly final?: { readonly column: string; readonly value: Value } | undefined
}

/** A table whose rows are `R` with the key columns `K`. */
export interface TableOf<R extends object, K extends keyof R> extends Table {
  /** Carries the types only; never set. */
  readonly types?: { row: R; key: K }
}

/** `defineTable<SeatRow>()({ name, key, columns })`: the row is stated, the key inferred. */
export const defineTable =
  <R extends object>() =>
  <const K extends keyof R & string>(definition: {
    name: string
    key: readonly K[]
    columns: readonly (keyof R & string)[]
    final?: { column: keyof R & string; value: Value }
  }): TableOf<R, K> =>
    definition
