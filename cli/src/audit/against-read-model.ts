import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'mysql2/promise'
import { compareCommands, compareReservations, compareSeats, compareShows, type Difference } from './compare.js'
import type { PartitionAudit } from './partition-audit.js'
import {
  positionsOf,
  type ReadModelName,
  type ReadModelRows,
  type ReadModelTables,
  readModelNames,
  readRows,
} from './read-model-rows.js'
import type { LogAudit } from './run-audit.js'
import type { Violation } from './violation.js'

/**
 * Compares the replica's rows with the recount, exactly, also while both move: the rows are one snapshot together with
 * the offsets up to which each read model had been fed, and the recount is compared when it has come to just there.
 * @param patienceMs how long the read model may take to reach the log's end
 */
export async function compareWithReadModel(
  log: LogAudit,
  pool: Pool,
  tables: ReadModelTables,
  patienceMs: number,
): Promise<Violation[]> {
  const behind = await waitUntilPassed(log, pool, tables, patienceMs)
  if (behind.length > 0) return behind
  const rows = await readRows(pool, tables)
  const violations: Violation[] = []
  const due = [...log.audit.partitions].flatMap(([partition, audit]) =>
    readModelNames.map((name) => ({ partition, audit, name, at: rows.positions[name].get(partition) ?? 0 })),
  )
  const compareUpTo = (partition: number, offset: number) => {
    for (let index = due.length - 1; index >= 0; index -= 1) {
      const next = due[index]
      if (next?.partition !== partition || next.at > offset) continue
      due.splice(index, 1)
      for (const { show, detail } of differences(next.name, partition, next.audit, rows))
        violations.push({ invariant: 'read-model-differs', show, partition, offset: next.at, detail })
    }
  }
  const ends = new Map<number, number>()
  for (const { partition, at } of due) ends.set(partition, Math.max(at, ends.get(partition) ?? 0))
  await log.readTo(ends, compareUpTo)
  for (const partition of ends.keys()) compareUpTo(partition, Number.POSITIVE_INFINITY)
  return violations
}

async function waitUntilPassed(
  log: LogAudit,
  pool: Pool,
  tables: ReadModelTables,
  patienceMs: number,
): Promise<Violation[]> {
  const until = Date.now() + patienceMs
  for (;;) {
    const positions = await positionsOf(pool, tables)
    const behind = [...log.audit.partitions].flatMap(([partition, { lastCounted }]) =>
      readModelNames
        .filter((name) => (positions[name].get(partition) ?? 0) <= lastCounted)
        .map((name): Violation => {
          const detail = `${name} is at ${positions[name].get(partition) ?? 0}, the log's last event is ${lastCounted}`
          return { invariant: 'read-model-behind', show: null, partition, offset: lastCounted, detail }
        }),
    )
    if (behind.length === 0 || Date.now() > until) return behind
    await sleep(50)
  }
}

function differences(name: ReadModelName, partition: number, audit: PartitionAudit, rows: ReadModelRows): Difference[] {
  const own = <Row extends { show_id: string }>(all: Row[]) =>
    all.filter(({ show_id }) => show_id.startsWith(`${partition}.`))
  if (name === 'shows') return compareShows(audit.shows, own(rows.shows))
  if (name === 'seats') return compareSeats(audit.shows, own(rows.seats), own(rows.areas))
  if (name === 'reservations') return compareReservations(audit.shows, own(rows.reservations))
  return compareCommands(
    audit.answers,
    rows.commands.filter(({ partition_no }) => partition_no === partition),
  )
}
