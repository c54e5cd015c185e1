import type { SimProcess } from '../kernel/index.js'
import { Connection, type SqlLink } from './connection.js'
import type { Row } from './tables.js'

/** What an operator does who asks for all that is parked to be applied again. @returns how many streams that is */
export function requestRedrive(link: SqlLink, process: SimProcess, by: string): Promise<number> {
  const { tables } = link.server
  const cells = () => [...tables.cells('parked_stream')].filter((cell) => cell.asOf(tables.committed) !== null)
  return new Connection(link, process).alone('request redrive', {
    locks: (function* () {
      yield* cells()
    })(),
    run(transaction) {
      let count = 0
      for (const cell of tables.cells('parked_stream')) {
        const row: Row | null = transaction.read(cell)
        if (!row) continue
        transaction.write(cell, { ...row, redrive_at: process.now(), redrive_by: by })
        count += 1
      }
      return count
    },
  })
}
