import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Redis } from 'ioredis'
import { systemTimers } from '../ports/index.js'
import { PresenceReader, PresenceWriter } from './index.js'
import { pulseKey, silenceMs } from './presence-keys.js'

const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const redis = new Redis(process.env.ONSALE_REDIS_URL as string)
const opened: PresenceWriter[] = []
let env = ''
let count = 0
let now = 1_000_000
beforeEach(() => {
  env = `test-${process.pid}-${Date.now()}-${count++}`
  now = 1_000_000
})
afterAll(async () => {
  await Promise.all(opened.map((one) => one.stop()))
  await redis.quit()
})

/** Pulses once, and not again in the time of a test. */
async function writer(): Promise<PresenceWriter> {
  const timers = { sleep: (_: number, signal?: AbortSignal) => systemTimers.sleep(3_600_000, signal) }
  const one = new PresenceWriter({ redis, env, clock: { now: () => now }, timers })
  opened.push(one)
  one.start()
  while ((await redis.hget(pulseKey(env), 'last')) !== String(now)) await new Promise((done) => setImmediate(done))
  return one
}
const absent = (seenBefore: number) => new PresenceReader(redis, env).absent(showId, { now, seenBefore, most: 10 })
const lose = async () => {
  const keys = await redis.keys(`onsale:${env}:*`)
  if (keys.length > 0) await redis.del(...keys)
}

describe('presence', () => {
  it('tells who was last heard of before, the longest silent first', async () => {
    const it = await writer()
    await Promise.all([
      it.record(showId, 'b', now + 20),
      it.record(showId, 'a', now + 10),
      it.record(showId, 'c', now + 30),
    ])
    await it.record(showId, 'a', now + 15)
    await it.record(showId, 'a', now + 5)
    expect(await absent(now + 30)).toEqual({
      wholeSince: 1_000_010,
      absent: [
        { entryId: 'a', lastSeenAt: now + 15 },
        { entryId: 'b', lastSeenAt: now + 20 },
      ],
    })
    await new PresenceReader(redis, env).forget(showId, ['a'])
    expect((await absent(now + 30)).absent).toEqual([{ entryId: 'b', lastSeenAt: now + 20 }])
  })

  it('is not whole where nothing was ever told, nor where it was lost', async () => {
    expect((await absent(now)).wholeSince).toBeNull()
    const it = await writer()
    expect((await absent(now)).wholeSince).toBeNull()
    await it.record(showId, 'a', now)
    expect((await absent(now)).wholeSince).toBe(now)
    await lose()
    expect(await absent(now + 1)).toEqual({ wholeSince: null, absent: [] })
    now += 60_000
    await (await writer()).record(showId, 'b', now)
    expect((await absent(now + 1)).wholeSince).toBe(now)
  })

  it('is whole again only from when heartbeats came through again', async () => {
    await (await writer()).record(showId, 'a', now)
    now += silenceMs
    expect((await absent(now)).wholeSince).toBe(1_000_000)
    // Who would take heartbeats is away.
    now += 1
    expect((await absent(now)).wholeSince).toBeNull()
    now += 300_000
    await writer()
    expect(await absent(now)).toEqual({ wholeSince: now, absent: [{ entryId: 'a', lastSeenAt: 1_000_000 }] })
  })
})
