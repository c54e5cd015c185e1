import { expect, test } from '@jest/globals'
import type { EntryLook } from '../rooms/entry-look.js'
import type { RoomLook } from '../rooms/room-look.js'
import { roomNow } from './own-place.js'
import { PlaceStreams } from './place-streams.js'

const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const position = (offset: number) => ({ topic: 't', partition: 0, offset })
const look = (paused: RoomLook['paused'] = null): RoomLook => ({
  ...{ phase: 'open', paused, closedReason: null, openedAt: 0, since: 0, term: 1, stock: null },
  settings: {
    ...{ ratePerMinute: 600, slots: 100, admissionMs: 60_000, graceMs: 120_000, priorityPercent: 0 },
    ...{ lobbyFrom: 0, opensAt: 0 },
  },
  draw: { commitment: 'c', seed: 's', lobbyDigest: 'd', entries: 0, drawn: 0 },
  ...{ waiting: 9_000, away: 0, admitted: 0, active: 0, tally: {}, stretches: [] },
})
const entryAt = (ahead: number): EntryLook => ({ entry: 7, status: 'waiting', place: 9, ahead, until: null })

/** A room of one listener, whose place and state a test sets; `tick` lets a second pass. */
function listening(ahead: number, expiresInMs = 3_600_000) {
  let now = 1_000_000
  let release: () => void = () => {}
  const it = { ahead, paused: null as RoomLook['paused'], looked: 0, away: false }
  const written: string[] = []
  let ended = false
  const shown = async <Result>(result: Result) => {
    if (it.away) throw new Error('room-unreachable')
    return { result, position: position(5) }
  }
  const streams = new PlaceStreams(
    {
      async entries() {
        it.looked += 1
        return shown([entryAt(it.ahead)])
      },
    } as never,
    { now: () => shown(roomNow(showId, look(it.paused), null, now)) } as never,
    { now: () => now, admission: () => 'a', heartbeat: () => 'h' } as never,
    { sleep: () => new Promise<boolean>((resolve) => (release = () => resolve(true))) } as never,
  )
  const sink = {
    writableLength: 0,
    write: (text: string) => written.push(text) > 0,
    end: () => {
      ended = true
    },
  }
  const caller = { id: 'ann', roles: [], expiresAt: now + expiresInMs }
  const leave = streams.listen(showId, caller, { result: entryAt(ahead), position: position(5) }, sink)
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const tick = async (times = 1) => {
    for (let n = 0; n < times; n += 1) {
      await settle()
      now += 1_000
      release()
      await settle()
    }
  }
  const told = () =>
    written.filter((text) => text.includes('event: place')).map((text) => JSON.parse(text.split('data: ')[1] as string))
  return { it, tick, settle, told, written, leave, ended: () => ended }
}

test('near the front every change is told within two seconds, and what is the same is not told again', async () => {
  const { it, tick, told } = listening(3)
  await tick(5)
  expect(told().map(({ ahead }) => ahead)).toEqual([3])
  it.ahead = 2
  await tick(2)
  expect(told().map(({ ahead }) => ahead)).toEqual([3, 2])
})

test('far back one look in ten seconds is enough, but a room that is paused tells everybody', async () => {
  const { it, tick, told } = listening(4_000)
  await tick(2)
  const before = it.looked
  await tick(8)
  expect(it.looked - before).toBeLessThanOrEqual(1)
  it.paused = { reason: 'technical', stopped: false }
  await tick(1)
  expect(told().at(-1)).toMatchObject({ state: 'paused', reason: 'technical' })
})

test('where the room cannot be read nothing is told but that somebody is there', async () => {
  const { it, tick, told, written } = listening(3)
  await tick(2)
  it.away = true
  await tick(20)
  expect(told()).toHaveLength(1)
  expect(written.at(-1)).toBe(': still here\n\n')
})

test('it ends with the access token', async () => {
  const { tick, ended } = listening(3, 2_500)
  await tick(2)
  expect(ended()).toBe(false)
  await tick(2)
  expect(ended()).toBe(true)
})
