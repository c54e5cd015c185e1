import type { KeyBatch } from '../redis/key-batch.js'
import { redisProjection } from '../redis/redis-projection.js'
import {
  activeKey,
  admittedKey,
  awayKey,
  drawnKey,
  entryKey,
  lineKey,
  lobbyScore,
  memberOf,
  numberOf,
  paceKey,
  roomKey,
  tallyKey,
  whoKey,
} from './keys.js'
import { countPace } from './pace.js'

interface Entry {
  showId: string
  entryId: string
}

/**
 * Waiting rooms: who waits at which place, what became of the others, and how fast the room goes. A million who wait take some 120 bytes
 * each. What a customer's entry was before is overwritten by what comes later, so a log read again from its beginning ends in the same
 * without taking away what was there of each.
 */
export const waitingRoomProjection = redisProjection({
  name: 'waiting_room',
  revision: 1,
  topics: ['queue.events'],
  on: {
    RoomScheduled({ data }, keys) {
      const { showId, commitment, scheduledAt } = data
      for (const keyOf of [roomKey, tallyKey, paceKey, lineKey, awayKey, admittedKey, activeKey, drawnKey])
        keys.del(keyOf(showId))
      keys.hset(roomKey(showId), { phase: 'scheduled', commitment, scheduledAt, ...settingsOf(data), ...notPaused })
    },
    LobbyOpened({ data }, keys) {
      room(keys, data.showId, { phase: 'lobby' })
    },
    EntryJoined({ data }, keys) {
      const { showId, entryId, customerId, place } = data
      const entry = numberOf(entryId)
      const { key, field } = whoKey(showId, customerId)
      keys.must(roomKey(showId))
      keys.hset(key, { [field]: memberOf(entry) })
      keys.zadd(lineKey(showId), memberOf(entry), place ?? lobbyScore)
      keys.hincrby(tallyKey(showId), { joined: 1 })
    },
    PlaceKept({ data }, keys) {
      if (data.status !== 'waiting') return
      const entry = numberOf(data.entryId)
      const { key, field } = entryKey(data.showId, entry)
      keys.hdel(key, field)
      keys.zmove(awayKey(data.showId), lineKey(data.showId), memberOf(entry))
    },
    EntryLeft({ data }, keys) {
      state(keys, data, `b ${data.keptUntil}`)
      keys.zmove(lineKey(data.showId), awayKey(data.showId), memberOf(numberOf(data.entryId)))
    },
    PlaceForfeited({ data }, keys) {
      state(keys, data, 'l')
      keys.zrem(awayKey(data.showId), memberOf(numberOf(data.entryId)))
      keys.hincrby(tallyKey(data.showId), { left: 1 })
      countPace(keys, data.showId, 'd', data.forfeitedAt)
    },
    EntrySkipped({ data }, keys) {
      state(keys, data, 's')
      for (const keyOf of [lineKey, awayKey]) keys.zrem(keyOf(data.showId), memberOf(numberOf(data.entryId)))
      keys.hincrby(tallyKey(data.showId), { skipped: 1 })
      countPace(keys, data.showId, 'd', data.skippedAt)
    },
    DrawHeld({ data }, keys) {
      const { showId, seed, lobbyDigest, entries, heldAt } = data
      room(keys, showId, { phase: 'open', seed, lobbyDigest, drawEntries: entries, drawn: 0, openedAt: heldAt })
    },
    PlacesDrawn({ data }, keys) {
      const { showId, firstPlace, entries } = data
      const places = entries.map((entry, at): [string, number] => [memberOf(entry), firstPlace + at])
      for (const keyOf of [lineKey, awayKey]) keys.zaddxx(keyOf(showId), places)
      keys.hset(drawnKey(showId), { [firstPlace]: entries.map(memberOf).join(' ') })
      room(keys, showId, { drawn: firstPlace + entries.length })
    },
    RoomPaused({ data }, keys) {
      const { showId, reason, stopped, pausedAt } = data
      room(keys, showId, { paused: 1, reason, stopped: stopped ? 1 : 0, pausedAt })
    },
    RoomResumed({ data }, keys) {
      room(keys, data.showId, { ...notPaused, resumedAt: data.resumedAt })
    },
    RoomClosed({ data }, keys) {
      room(keys, data.showId, { phase: 'closed', closedReason: data.reason, closedAt: data.closedAt })
    },
    RoomChanged({ data }, keys) {
      const { showId, reason, changedAt } = data
      room(keys, showId, { ...settingsOf(data), changedReason: reason, changedAt })
    },
    TermClaimed({ data }, keys) {
      room(keys, data.showId, { term: data.term, controllerId: data.controllerId })
    },
    AdmissionGranted({ data }, keys) {
      const { showId, entryId, place, lane, admittedAt, expiresAt } = data
      const member = memberOf(numberOf(entryId))
      state(keys, data, `a ${expiresAt} ${place}`)
      keys.zrem(lineKey(showId), member)
      keys.zadd(admittedKey(showId), member, expiresAt)
      keys.hincrby(tallyKey(showId), lane === 'priority' ? { admitted: 1, priority: 1 } : { admitted: 1 })
      countPace(keys, showId, 'a', admittedAt)
    },
    AdmissionRedeemed({ data }, keys) {
      const member = memberOf(numberOf(data.entryId))
      state(keys, data, 'r')
      keys.zrem(admittedKey(data.showId), member)
      keys.sadd(activeKey(data.showId), member)
      keys.hincrby(tallyKey(data.showId), { redeemed: 1 })
    },
    AdmissionCompleted({ data }, keys) {
      ended(keys, data, 'c', data.completedAt)
      keys.hincrby(tallyKey(data.showId), { completed: 1 })
    },
    AdmissionExpired({ data }, keys) {
      ended(keys, data, `x ${data.reason}`, data.expiredAt)
      keys.hincrby(tallyKey(data.showId), data.reason === 'no-show' ? { noShows: 1 } : { abandoned: 1 })
    },
    StockReported({ data }, keys) {
      const { showId, freePlaces, perCustomerLimit, showVersion } = data
      room(keys, showId, { freePlaces, perCustomerLimit, stockVersion: showVersion })
    },
  },
})

const notPaused = { paused: 0, reason: '', stopped: 0 }

const settingsOf = (from: {
  ratePerMinute: number
  slots: number
  admissionMs: number
  graceMs: number
  priorityPercent: number
  lobbyFrom: number
  opensAt: number
}) => {
  const { ratePerMinute, slots, admissionMs, graceMs, priorityPercent, lobbyFrom, opensAt } = from
  return { ratePerMinute, slots, admissionMs, graceMs, priorityPercent, lobbyFrom, opensAt }
}

function room(keys: KeyBatch, showId: string, fields: Record<string, string | number>): void {
  keys.must(roomKey(showId))
  keys.hset(roomKey(showId), fields)
}

function state(keys: KeyBatch, { showId, entryId }: Entry, what: string): void {
  const { key, field } = entryKey(showId, numberOf(entryId))
  keys.must(roomKey(showId))
  keys.hset(key, { [field]: what })
}

/** Its slot has returned. */
function ended(keys: KeyBatch, of: Entry, what: string, at: number): void {
  const member = memberOf(numberOf(of.entryId))
  state(keys, of, what)
  keys.zrem(admittedKey(of.showId), member)
  keys.srem(activeKey(of.showId), member)
  countPace(keys, of.showId, 'r', at)
}
