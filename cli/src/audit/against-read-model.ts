import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'mysql2/promise'
import { compareCommands, compareReservations, compareSeats, compareShows, type Difference } from './compare.js'
import { type NotWhole, Unfinished } from './not-whole.js'
import type { PartitionAudit } from './partition-audit.js'
import {
  positionsOf,
  type ReadModelName,
  type ReadModelRows,
  type ReadModelTables,
  readModelNames,
  readRows,
} from './read-model-rows.js'
import type { BeforeRecord, LogAudit } from './run-audit.js'
import type { Violation } from './violation.js'

export interface Comparison extends NotWhole {
  violations: Violation[]
}

/** One read model's rows of a partition, of all shows or of one, which are to be what the log says before `at`. */
interface Due {
  name: ReadModelName
  partition: number
  at: number
  show?: string
}

/**
 * Compares the replica's rows with the recount, exactly, also while both move: the rows are one snapshot together with
 * the offsets up to which each read model had been fed, and the recount is compared when it has come to just there. Of a
 * stream that is parked, rows are compared with what stood before its first parked event: that takes a second reading.
 * @param patienceMs how long the read model may take to reach the log's end
 */
export async function compareWithReadModel(
  log: LogAudit,
  pool: Pool,
  tables: ReadModelTables,
  patienceMs: number,
): Promise<Comparison> {
  const behind = await waitUntilPassed(log, pool, tables, patienceMs)
  const rows = await readRows(pool, tables)
  const unfinished = new Unfinished(rows, tables)
  if (behind.length > 0) return { violations: behind, ...unfinished.found }
  const violations: Violation[] = []
  const compare = (due: Due, audit: PartitionAudit) => {
    for (const { show, detail } of differences(due, audit, rows, unfinished))
      if (!unfinished.isDueToDrop(due.name, show))
        violations.push({
          invariant: 'read-model-differs',
          journal: 'reservation',
          show,
          partition: due.partition,
          offset: due.at,
          detail,
        })
  }
  const now = [...log.audit.partitions.keys()].flatMap((partition) =>
    readModelNames.map((name): Due => ({ name, partition, at: rows.positions[name].get(partition) ?? 0 })),
  )
  await inTurn(now, compare, log.readTo)
  const earlier = unfinished.found.parked.flatMap(({ show, partition }) =>
    readModelNames.flatMap((name): Due[] => {
      const at = name === 'commands' ? null : unfinished.parkedAt(name, show)
      return at === null ? [] : [{ name, partition, at, show }]
    }),
  )
  await inTurn(earlier, compare, log.again)
  return { violations, ...unfinished.found }
}

/** Has the log read as far as is needed, and compares each when it has come to its place. */
async function inTurn(
  all: readonly Due[],
  compare: (due: Due, audit: PartitionAudit) => void,
  read: (ends: ReadonlyMap<number, number>, before: BeforeRecord) => Promise<ReadonlyMap<number, PartitionAudit>>,
): Promise<void> {
  const left = new Set(all)
  const before: BeforeRecord = (audit, { partition, offset }) => {
    for (const due of left) {
      if (due.partition !== partition || due.at > offset) continue
      left.delete(due)
      compare(due, audit)
    }
  }
  const ends = new Map<number, number>()
  for (const { partition, at } of all) ends.set(partition, Math.max(at, ends.get(partition) ?? 0))
  const partitions = await read(ends, before)
  for (const [partition, audit] of partitions) before(audit, { partition, offset: Number.POSITIVE_INFINITY })
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
          return {
            invariant: 'read-model-behind',
            journal: 'reservation',
            show: null,
            partition,
            offset: lastCounted,
            detail,
          }
        }),
    )
    if (behind.length === 0 || Date.now() > until) return behind
    await sleep(50)
  }
}

function differences(
  { name, partition, show: only }: Due,
  { shows, answers }: PartitionAudit,
  rows: ReadModelRows,
  unfinished: Unfinished,
): Difference[] {
  if (name === 'commands') {
    const own = rows.commands.filter(({ partition_no }) => partition_no === partition)
    return compareCommands(answers, own, unfinished.answersIn(partition))
  }
  const isMeant = (show: string) => (only === undefined ? unfinished.parkedAt(name, show) === null : show === only)
  const own = <Row extends { show_id: string }>(all: Row[]) =>
    all.filter(({ show_id }) => show_id.startsWith(`${partition}.`) && isMeant(show_id))
  const counted = new Map([...shows].filter(([show]) => isMeant(show)))
  if (name === 'shows') return compareShows(counted, own(rows.shows))
  if (name === 'seats') return compareSeats(counted, own(rows.seats), own(rows.areas))
  return compareReservations(counted, own(rows.reservations))
}
