import { Readable } from 'node:stream'
import type { Connection, ResultSetHeader } from 'mysql2/promise'
import type { Table, Value } from '../runtime/table.js'

/** From so many rows on the round trip more is worth it. */
const worthLoading = 500
const special = /[\\\t\n]/
const specials = /[\\\t\n]/g
/** Of a packet: far from max_allowed_packet, and many rows. */
const packetBytes = 256 * 1024

/** The server does not take files of clients (local_infile, which MySQL has off by default). The transaction goes on. */
const notAllowed = new Set([1148, 3948, 4166])

/**
 * Whole rows by LOAD DATA LOCAL from memory: two thirds of what the same rows as an upsert cost the server, which has no statement to parse.
 * One for each store: it remembers where the server does not allow it.
 */
export class RowLoader {
  private allowed = true

  /**
   * Puts the rows into the table, those with the same key replaced; `rows` have all its columns.
   * @returns false where that is not how to do it: few rows, not allowed, or the server had a doubt. On MySQL LOCAL makes a
   * warning of a value that does not fit, so after any the caller must write the same rows again, as a statement that refuses it.
   */
  async load(
    connection: Connection,
    { name, columns }: Pick<Table, 'name' | 'columns'>,
    rows: readonly Record<string, Value>[],
  ): Promise<boolean> {
    if (!this.allowed || rows.length < worthLoading) return false
    const packets = inPackets(columns, rows)
    try {
      const [result] = await connection.query<ResultSetHeader>({
        // Each form stated, whatever the session's defaults: they are those of `asLine`.
        sql: `LOAD DATA LOCAL INFILE 'rows' REPLACE INTO TABLE \`${name}\` CHARACTER SET utf8mb4
              FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'
              (${columns.map((column) => `\`${column}\``).join(', ')})`,
        // Whatever file the server may name, this is what it gets.
        infileStreamFactory: () => Readable.from(packets),
      })
      return result.warningStatus === 0
    } catch (error) {
      if (!notAllowed.has((error as { errno?: number }).errno ?? 0)) throw error
      this.allowed = false
      return false
    }
  }
}

function inPackets(columns: readonly string[], rows: readonly Record<string, Value>[]): Buffer[] {
  const packets: Buffer[] = []
  let text = ''
  for (const row of rows) {
    text += asLine(columns, row)
    if (text.length < packetBytes) continue
    packets.push(Buffer.from(text))
    text = ''
  }
  if (text.length > 0) packets.push(Buffer.from(text))
  return packets
}

function asLine(columns: readonly string[], row: Record<string, Value>): string {
  let line = ''
  for (const column of columns) {
    const value = row[column] as Value
    if (line.length > 0 || column !== columns[0]) line += '\t'
    if (value === null) line += '\\N'
    else if (typeof value === 'string') line += special.test(value) ? value.replace(specials, '\\$&') : value
    else line += value
  }
  return `${line}\n`
}
