import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type RoomEvent, Rooms } from '@onsale/domain'
import type { RedisLocks } from '@onsale/platform/locks'
import { systemTimers } from '@onsale/platform/ports'
import type { PresenceReader } from '@onsale/platform/presence'
import { hashes, seedOf } from '@onsale/platform/waiting-room'
import { pino } from 'pino'
import type { CommandSender, RoomAnswer } from '../commands/command-sender.js'
import { LogClock } from './log-clock.js'
import { RoomController } from './room-controller.js'

const showId = '1.s'
const seed = seedOf(Buffer.alloc(32), showId)
const settings = { ratePerMinute: 60, slots: 2, admissionMs: 60_000, graceMs: 60_000, priorityPercent: 0 }

let rooms: Rooms
let sent: string[]
let elected: boolean
let answer: (name: string) => RoomAnswer | null
let it: RoomController

beforeEach(() => {
  rooms = new Rooms(hashes)
  sent = []
  elected = true
  answer = () => null
  const scheduled = { ...settings, showId, commitment: hashes.sha256(seed), lobbyFrom: 1_000, opensAt: 2_000 }
  happened({ type: 'RoomScheduled', data: { ...scheduled, scheduledAt: 1 } })
  happened({ type: 'LobbyOpened', data: { showId, openedAt: 1_000 } })
  it = new RoomController({
    ...{ showId, controllerId: 'us', rooms, seed, timers: systemTimers, logger: pino({ level: 'silent' }) },
    stock: () => null,
    sender: {
      send: async (name: string) => {
        sent.push(name.slice(name.lastIndexOf('.') + 1))
        const given = answer(name)
        // The record that answers wakes the room, as every one of its records does.
        it.wake()
        return given
      },
    } as unknown as CommandSender,
    locks: { holds: () => elected, renew: async () => {}, leave: () => {} } as unknown as RedisLocks,
    presence: {} as PresenceReader,
    logClock: new LogClock({ now: () => 5_000 }),
  })
})
afterEach(() => it.stop())

const happened = (event: RoomEvent) => rooms.take(event)
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

test('claims, then opens, and asks for nothing twice that the room has done', async () => {
  answer = (name) => {
    if (name.endsWith('ClaimTerm')) {
      happened({ type: 'TermClaimed', data: { showId, term: 1, controllerId: 'us', claimedAt: 3_000 } })
      return { type: 'TermClaimed', reason: null, time: 3_000 }
    }
    const { lobbyDigest } = rooms.get(showId)!.state
    happened({ type: 'DrawHeld', data: { showId, seed, lobbyDigest, entries: 0, heldAt: 4_000 } })
    return { type: 'DrawHeld', reason: null, time: 4_000 }
  }
  it.start()
  await until(() => sent.length === 2)
  for (let turn = 0; turn < 20; turn++) {
    it.wake()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(sent).toEqual(['ClaimTerm', 'OpenRoom'])
  expect(it.isInForce).toBe(true)
})

test('who is not elected claims nothing', async () => {
  elected = false
  it.start()
  for (let turn = 0; turn < 20; turn++) {
    it.wake()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(sent).toEqual([])
})

test('a room that goes on refusing is asked less and less often, though each refusal is news of it', async () => {
  answer = () => ({ type: 'CommandRejected', reason: 'room-full', time: 3_000 })
  it.start()
  await until(() => sent.length === 4)
  const began = performance.now()
  await until(() => sent.length === 5)
  expect(performance.now() - began).toBeGreaterThan(150)
})
