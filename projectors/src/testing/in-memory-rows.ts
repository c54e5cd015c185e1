import type { JournalRecord } from '@onsale/platform/log'
import { type Handler, type JournalTypes, PlanUnknownError, type Projection, RowBatch } from '../runtime/index.js'
import type { Row, Value } from '../runtime/table.js'
import { newPlan, newPlanHash, plan, planHash } from './events.js'

export const context = {
  remembered: () => null,
  plan(hash: string) {
    const known = new Map([
      [planHash, plan],
      [newPlanHash, newPlan],
    ]).get(hash)
    if (!known) throw new PlanUnknownError(hash)
    return known
  },
}

/** Given these events, the projection's rows: each event in a batch of its own, so that nothing hides in the merging. */
export function rowsAfter(projection: Projection, events: JournalRecord[]): Record<string, Row[]> {
  const tables = new Map<string, Map<string, Record<string, Value>>>(
    projection.tables.map(({ name }) => [name, new Map()]),
  )
  for (const event of events) {
    const batch = new RowBatch()
    const handler = projection.on[event.type as keyof JournalTypes] as Handler<never> | undefined
    handler?.(event as never, batch, context)
    for (const { table, changes } of batch.byTable()) {
      const rows = tables.get(table.name)
      if (!rows) throw new Error(`${projection.name} writes ${table.name}, which is not its own`)
      for (const { key, change } of changes) {
        const id = JSON.stringify(key)
        const row = rows.get(id)
        if (change.kind === 'remove') {
          rows.delete(id)
        } else if (change.kind === 'put') {
          if (!(row && table.final && row[table.final.column] === table.final.value)) rows.set(id, change.row)
        } else if (change.kind === 'change') {
          if (!row) throw new Error(`${table.name} has no row ${id}`)
          Object.assign(row, change.set)
          for (const [column, by] of Object.entries(change.add)) row[column] = (row[column] as number) + by
        } else {
          const sums = row ?? Object.fromEntries(table.columns.map((column) => [column, 0 as Value]))
          for (const [at, column] of table.key.entries()) sums[column] = key[at] as Value
          for (const [column, by] of Object.entries(change.add)) sums[column] = (sums[column] as number) + by
          rows.set(id, sums)
        }
      }
    }
  }
  return Object.fromEntries([...tables].map(([name, rows]) => [name, [...rows.values()]]))
}
