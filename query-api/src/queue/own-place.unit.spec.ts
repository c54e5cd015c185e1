import { describe, expect, test } from '@jest/globals'
import type { EntryLook } from '../rooms/entry-look.js'
import type { RoomLook } from '../rooms/room-look.js'
import { ownPlace, roomNow, type Signers } from './own-place.js'

const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const now = 1_800_000_000_000
const look: RoomLook = {
  ...{ phase: 'open', paused: null, closedReason: null, openedAt: now - 120_000, since: now - 120_000, term: 1 },
  settings: {
    ...{ ratePerMinute: 600, slots: 100, admissionMs: 60_000, graceMs: 120_000, priorityPercent: 0 },
    ...{ lobbyFrom: now - 300_000, opensAt: now - 120_000 },
  },
  draw: { commitment: 'c', seed: 's', lobbyDigest: 'd', entries: 10, drawn: 10 },
  stock: { freePlaces: 5_000, perCustomerLimit: 4 },
  ...{ waiting: 5_000, away: 0, admitted: 60, active: 40, tally: {} },
  stretches: Array.from({ length: 12 }, (_, n) => ({
    ...{ at: now - 120_000 + n * 10_000, admitted: 50, returned: 50, departed: 1 },
  })),
}
const waiting: EntryLook = { entry: 7, status: 'waiting', place: 3_000, ahead: 2_500, until: null }
const sign: Signers = {
  admission: (show, customer, of) => `${show} ${customer} ${of.entryId} ${of.expiresAt}`,
  heartbeat: (customer, of) => `${customer} ${of.entryId} ${of.everySeconds}`,
}
const told = (room: Partial<RoomLook> = {}, entry: Partial<EntryLook> = {}) =>
  ownPlace(roomNow(showId, { ...look, ...room }, null, now), { ...waiting, ...entry }, 'ann', now, sign)

describe('who waits is told', () => {
  test('the place, how long it may take, and when to ask again', () => {
    const body = told()
    expect(body).toMatchObject({ entryId: `${showId}.7`, state: 'open', status: 'waiting', place: 3_000, ahead: 2_500 })
    // About five a second are admitted.
    expect(body.wait?.p50Seconds).toBeGreaterThan(300)
    expect(body.wait?.p90Seconds).toBeGreaterThan(body.wait?.p50Seconds as number)
    expect(body.askAgainSeconds).toBeGreaterThanOrEqual(10)
    expect([body.heartbeatSeconds, body.heartbeat]).toEqual([40, `ann ${showId}.7 40`])
    expect(told({}, { ahead: 3 }).askAgainSeconds).toBe(1)
  })

  test.each([
    ['nothing is known yet', { stretches: [], openedAt: now - 1_000, since: now - 1_000 }],
    ['it is paused', { paused: { reason: 'technical', stopped: false } }],
    ['nothing is left', { stock: { freePlaces: 0, perCustomerLimit: 4 } }],
    ['nobody has said what is left', { stock: null }],
  ])('no time where %s', (_, room) => {
    expect(told(room).wait).toBeNull()
  })

  test('no place before the draw is over', () => {
    expect(told({ draw: { ...look.draw, drawn: 4 } })).toMatchObject({ state: 'drawing', ahead: null, wait: null })
    const lobby = told({ phase: 'lobby', openedAt: null, since: 0 }, { place: null, ahead: null })
    expect(lobby).toMatchObject({ state: 'lobby', place: null, ahead: null, wait: null })
  })

  test('why it does not go on', () => {
    expect(told({ paused: { reason: 'technical', stopped: true } })).toMatchObject({
      ...{ state: 'stopped', reason: 'technical' },
    })
    expect(told({ phase: 'closed', closedReason: 'sold-out' })).toMatchObject({
      ...{ state: 'closed', reason: 'sold-out', heartbeat: null },
    })
  })
})

describe('who is admitted', () => {
  const admitted: Partial<EntryLook> = { status: 'admitted', ahead: null, until: now + 60_000 }
  test('is given the token, for as long as it lasts', () => {
    expect(told({}, admitted)).toMatchObject({
      admission: `${showId} ann ${showId}.7 ${now + 60_000}`,
      admissionExpiresAt: new Date(now + 60_000).toISOString(),
      ahead: null,
    })
    expect(told({}, { ...admitted, until: now })).toMatchObject({ admission: null, admissionExpiresAt: null })
  })
})
