import { expect, test } from '@jest/globals'
import { type RoomEvent, Rooms } from '@onsale/domain'
import { hashes } from '@onsale/platform/waiting-room'
import { absentVisitors } from './absent-visitors.js'

const showId = '1.s'
const graceMs = 60_000
const settings = { ratePerMinute: 60, slots: 5, admissionMs: 60_000, graceMs, priorityPercent: 0 }
const now = 10_000_000
const entry = (n: number) => `${showId}.${n}`

/** Two visitors in the lobby, since long ago. */
function lobby() {
  const rooms = new Rooms(hashes)
  const joined = (n: number): RoomEvent => ({
    type: 'EntryJoined',
    data: { showId, entryId: entry(n), customerId: `c${n}`, lane: 'standard', place: null, joinedAt: 2_000 },
  })
  const commitment = hashes.sha256('seed')
  const scheduled = { ...settings, showId, commitment, lobbyFrom: 1_000, opensAt: now, scheduledAt: 1_000 }
  rooms.take({ type: 'RoomScheduled', data: scheduled })
  rooms.take({ type: 'LobbyOpened', data: { showId, openedAt: 1_000 } })
  rooms.take(joined(0))
  rooms.take(joined(1))
  return { rooms, state: rooms.get(showId)!.state }
}
const seen = (n: number, agoMs: number) => ({ entryId: entry(n), lastSeenAt: now - agoMs })
const silent = [seen(0, graceMs + 1_001), seen(1, graceMs + 900)]

test('who was silent for longer than the grace period is absent, citing when that was', () => {
  const { state } = lobby()
  expect(absentVisitors(state, { wholeSince: 5_000, absent: silent }, now)).toEqual({ dropped: [silent[0]], over: [] })
})

test('nobody is, before the data are whole for a grace period', () => {
  const { state } = lobby()
  expect(absentVisitors(state, { wholeSince: null, absent: silent }, now).dropped).toEqual([])
  expect(absentVisitors(state, { wholeSince: now - graceMs, absent: silent }, now).dropped).toEqual([])
})

test('nor who came again, as the log knows', () => {
  const { rooms, state } = lobby()
  const of = { showId, entryId: entry(0), customerId: 'c0' }
  rooms.take({ type: 'PlaceKept', data: { ...of, status: 'waiting', expiresAt: null, keptAt: now - 1_000 } })
  expect(absentVisitors(state, { wholeSince: 5_000, absent: silent }, now)).toEqual({ dropped: [], over: [] })
})

test('of who does not wait any more presence need not know', () => {
  const { rooms, state } = lobby()
  const of = { showId, entryId: entry(0), customerId: 'c0' }
  rooms.take({ type: 'EntrySkipped', data: { ...of, lastSeenAt: 1, skippedAt: now } })
  const absent = [...silent, { entryId: 'of another room', lastSeenAt: 1 }]
  expect(absentVisitors(state, { wholeSince: 5_000, absent }, now)).toEqual({
    ...{ dropped: [], over: [entry(0), 'of another room'] },
  })
})
