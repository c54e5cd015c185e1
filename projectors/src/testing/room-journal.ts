import {
  decideInRoom,
  dueInRoom,
  evolveRoom,
  nextDrawn,
  type RoomCommand,
  type RoomEvent,
  type RoomState,
} from '@onsale/domain'
import type { JournalRecord } from '@onsale/platform/log'
import { hashes } from '@onsale/platform/waiting-room'
import { journalEvent, showId } from './events.js'
import { seededRandom } from './random-journal.js'

const seed = 'a1'.repeat(32)
const customers = 12

/** The journal of one waiting room, decided as it really is, whatever its visitors and controllers do; and what it has come to. */
export function roomJournal(dice: number, steps: number): { events: JournalRecord[]; state: RoomState } {
  const next = seededRandom(dice)
  const below = (count: number) => Math.floor(next() * count)
  const events: JournalRecord[] = []
  let state: RoomState | null = null
  let now = 1_800_000_000_000
  let stockVersion = 0
  const apply = (event: RoomEvent) => {
    state = evolveRoom(state, event, hashes)
    const at = events.length
    const place = { offset: at + Math.floor(at / 3), streamVersion: at + 1, commandOffset: at, subject: showId }
    events.push(journalEvent(event.type, event.data as never, { ...place, topic: 'test.queue.events' }))
  }
  const ask = (command: RoomCommand) => {
    for (let due = state ? dueInRoom(state, now, 10) : []; due.length > 0; due = dueInRoom(state as never, now, 10))
      due.forEach(apply)
    const decision = decideInRoom(state, command, now, hashes)
    if (decision.ok) decision.events.forEach(apply)
  }
  const settings = { ratePerMinute: 240, slots: 4, admissionMs: 8_000, graceMs: 10_000, priorityPercent: 0 }
  ask({
    type: 'ScheduleRoom',
    data: { showId, commitment: hashes.sha256(seed), lobbyFrom: now, opensAt: now + 5_000, ...settings },
  })
  const term = () => (state as RoomState | null)?.term ?? 0
  const entryId = () => `${showId}.${below(Math.max(1, (state as RoomState | null)?.entries.size ?? 1))}`
  const report = (reservation: string) => {
    const fromVersion = stockVersion
    const changes = [{ entryId: entryId(), reservation, places: 1 + below(2) }]
    const stock = { showOffset: 0, freePlaces: 50, perCustomerLimit: 4, changes }
    ask({ type: 'ReportStock', data: { showId, fromVersion, showVersion: fromVersion + 1, ...stock } })
    stockVersion = (state as RoomState | null)?.stock?.showVersion ?? 0
  }
  for (let step = 0; step < steps; step += 1) {
    now += below(1_500)
    const customerId = `c${below(customers)}`
    const what = below(12)
    if (what < 4) ask({ type: 'EnterRoom', data: { showId, customerId, lane: 'standard' } })
    else if (what < 6) ask({ type: 'LeaveRoom', data: { showId, customerId } })
    else if (what < 8) ask({ type: 'AdmitVisitors', data: { showId, term: term(), most: 3 } })
    else if (what === 8) report(['held', 'confirmed', 'ended'][below(3)] as string)
    else if (what === 9)
      ask({ type: 'DropAbsent', data: { showId, term: term(), entries: [{ entryId: entryId(), lastSeenAt: 0 }] } })
    else if (what === 10) {
      ask({ type: 'OpenRoom', data: { showId, seed } })
      ask({ type: 'ClaimTerm', data: { showId, controllerId: 'one' } })
    } else if (state) nextDrawn(state, now, 10, hashes).forEach(apply)
  }
  return { events, state: state as unknown as RoomState }
}
