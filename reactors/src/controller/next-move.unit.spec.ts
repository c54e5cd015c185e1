import { beforeEach, describe, expect, test } from '@jest/globals'
import { type RoomEvent, Rooms } from '@onsale/domain'
import { hashes, seedOf } from '@onsale/platform/waiting-room'
import { nextMove, type Situation } from './next-move.js'

const showId = '1.s'
const seed = seedOf(Buffer.alloc(32), showId)
const settings = { ratePerMinute: 60, slots: 2, admissionMs: 60_000, graceMs: 60_000, priorityPercent: 0 }
const opensAt = 50_000
const nothing = { type: 'wait', until: Number.POSITIVE_INFINITY }

let rooms: Rooms
let entries = 0
beforeEach(() => {
  rooms = new Rooms(hashes)
  entries = 0
  const scheduled = { ...settings, showId, commitment: hashes.sha256(seed), lobbyFrom: 1_000, opensAt, scheduledAt: 1 }
  happened({ type: 'RoomScheduled', data: scheduled }, { type: 'LobbyOpened', data: { showId, openedAt: 1_000 } })
})

const happened = (...events: RoomEvent[]) => {
  for (const event of events) rooms.take(event)
}
const claimed = (by: string) => {
  const term = (rooms.get(showId)?.state.term ?? 0) + 1
  happened({ type: 'TermClaimed', data: { showId, term, controllerId: by, claimedAt: 1_000 } })
}
const joins = () => {
  const data = { showId, entryId: `${showId}.${entries}`, customerId: `c${entries}`, lane: 'standard' }
  happened({ type: 'EntryJoined', data: { ...data, place: entries, joinedAt: opensAt } })
  entries++
}
const opened = () => {
  const lobbyDigest = rooms.get(showId)!.state.lobbyDigest
  happened({ type: 'DrawHeld', data: { showId, seed, lobbyDigest, entries: 0, heldAt: opensAt } })
}
const told = (freePlaces: number) => {
  const fromVersion = rooms.get(showId)!.state.stock?.showVersion ?? 0
  const report = { showId, fromVersion, showVersion: fromVersion + 1, showOffset: 1, perCustomerLimit: 4 }
  happened({ type: 'StockReported', data: { ...report, freePlaces, reportedAt: 1 } })
}
function moveAt(now: number, more: Partial<Situation> = {}) {
  const { state } = rooms.get(showId)!
  return nextMove({
    ...{ state, controllerId: 'us', isElected: true, sells: true, now, seed },
    decide: (command) => rooms.decide(command, now),
    ...more,
  })
}
/** Does what the room decides at once. */
function admits(now: number): void {
  const decision = rooms.decide(
    { type: 'AdmitVisitors', data: { showId, term: rooms.get(showId)!.state.term, most: 1 } },
    now,
  )
  if (!decision.ok) throw new Error(decision.rejection.reason)
  happened(...decision.events)
}

describe('the term', () => {
  test('is claimed by who is elected', () => {
    expect(moveAt(10_000)).toEqual({ type: 'claim' })
    expect(moveAt(10_000, { isElected: false })).toEqual(nothing)
  })

  test('in force goes on without the lock, and another’s is claimed anew with it alone', () => {
    claimed('us')
    expect(moveAt(10_000, { isElected: false })).toEqual({ type: 'wait', until: opensAt })
    claimed('another')
    expect(moveAt(10_000, { isElected: false })).toEqual(nothing)
    expect(moveAt(10_000)).toEqual({ type: 'claim' })
  })
})

describe('opening', () => {
  beforeEach(() => claimed('us'))

  test('is done when it is due, not before', () => {
    expect(moveAt(opensAt - 1)).toEqual({ type: 'wait', until: opensAt })
    expect(moveAt(opensAt)).toEqual({ type: 'open' })
  })

  test('waits while the room is paused', () => {
    happened({ type: 'RoomPaused', data: { showId, reason: 'x', stopped: false, pausedAt: 2_000 } })
    expect(moveAt(opensAt)).toEqual(nothing)
  })

  test('is not tried with a seed that is not the room’s', () => {
    expect(moveAt(opensAt, { seed: 'another' })).toEqual(nothing)
  })
})

describe('admissions', () => {
  beforeEach(() => {
    claimed('us')
    opened()
  })

  test('wait for visitors, for stock, for slots, and for a show that sells', () => {
    expect(moveAt(opensAt)).toEqual(nothing)
    told(10)
    expect(moveAt(opensAt)).toEqual(nothing)
    joins()
    expect(moveAt(opensAt)).toEqual({ type: 'admit', term: 1, most: 500 })
    expect(moveAt(opensAt, { sells: 70_000 })).toEqual({ type: 'wait', until: 70_000 })
    told(0)
    expect(moveAt(opensAt)).toEqual(nothing)
    told(10)
    for (const at of [opensAt, opensAt + 1_000]) {
      admits(at)
      joins()
    }
    expect(moveAt(opensAt + 2_000)).toEqual(nothing)
  })

  test('go on at the very moment that the rate allows the next', () => {
    told(10)
    joins()
    joins()
    admits(opensAt + 300)
    expect(moveAt(opensAt + 400)).toEqual({ type: 'wait', until: opensAt + 1_300 })
    expect(moveAt(opensAt + 1_300)).toMatchObject({ type: 'admit' })
  })
})
