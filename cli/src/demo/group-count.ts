import type { Plan } from '@onsale/domain'
import type { StackConnection } from '@onsale/infra'
import { printLog } from '../event-log.js'
import { SeatingCount } from './seating-count.js'

export interface GroupsCounted {
  /** Groups that were given seats, each time that they were. */
  seated: number
  split: number
  /** Split, though a row had as many free seats side by side. */
  splitNeedlessly: number
  /** Single free seats that groups who sit together left beside them, and how many of these no seating could have avoided. */
  orphansMade: number
  orphansLeast: number
  /** Free seats without a free neighbour, as the log ends. */
  orphansNow: number
  /** One line each: whatever speaks against it. */
  objections: string[]
}

interface Counted {
  type: string
  offset: number
  data: unknown
}

/** Reads the show's events in their order, and counts how its groups were seated. */
export async function countGroups(connection: StackConnection, plan: Plan, showId: string): Promise<GroupsCounted> {
  const events: Counted[] = []
  await printLog(connection, { show: showId, last: null, follow: null, print: (record) => void events.push(record) })
  return countSeatings(plan, events)
}

export function countSeatings(plan: Plan, events: readonly Counted[]): GroupsCounted {
  const hall = new SeatingCount(plan)
  const counted = { seated: 0, split: 0, splitNeedlessly: 0, orphansMade: 0, orphansLeast: 0 }
  const objections: string[] = []
  for (const { type, offset, data } of events) {
    if (leaving.has(type)) hall.leave((data as { seats: string[] }).seats)
    if (type !== 'SeatsHeld') continue
    const seats = (data as { seats: { seat: string }[] }).seats.map(({ seat }) => seat)
    if (seats.length === 0) continue
    const { split, needlessly, orphans, orphansLeast } = hall.seat(seats)
    counted.seated += 1
    if (split) counted.split += 1
    if (needlessly) counted.splitNeedlessly += 1
    if (!split) counted.orphansMade += orphans
    if (!split) counted.orphansLeast += orphansLeast
    if (needlessly) objections.push(`${seats.length} seats at ${offset} are split, and a row could hold them`)
    if (!split && orphans > orphansLeast)
      objections.push(`${seats.length} seats at ${offset} leave ${orphans} single seats, ${orphansLeast} would do`)
  }
  return { ...counted, orphansNow: hall.alone, objections }
}

/** Events that free all the seats that they name. */
const leaving: ReadonlySet<string> = new Set(['HoldReleased', 'HoldExpired', 'ReservationCancelled'])
