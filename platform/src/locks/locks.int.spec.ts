import { afterAll, describe, expect, it } from '@jest/globals'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { systemClock } from '../ports/index.js'
import { RedisLocks } from './redis-locks.js'

const url = process.env.ONSALE_REDIS_URL as string
const prefix = `test:${process.pid}:${Date.now()}:`
const all: RedisLocks[] = []
const locks = (more: { url?: string; ttlMs?: number } = {}) => {
  const one = new RedisLocks({
    ...{ url, prefix, ttlMs: 5_000, clock: systemClock, logger: pino({ level: 'silent' }) },
    ...more,
  })
  all.push(one)
  return one
}
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
/** Connected: before that it goes on without locks. */
const ready = async (one: RedisLocks) => {
  const name = `ready-${all.indexOf(one)}`
  const key = `${prefix}${name}`
  const redis = new Redis(url)
  await until(async () => (await one.mayTry(name)) && (await redis.exists(key)) === 1)
  one.leave(name)
  redis.disconnect()
  return one
}

afterAll(() => Promise.all(all.map((one) => one.stop())))

describe('locks', () => {
  it('are held by one at a time, and go to another when they are left', async () => {
    const [a, b] = [await ready(locks()), await ready(locks())]
    expect(await a.mayTry('seats')).toBe(true)
    expect(await b.mayTry('seats')).toBe(false)
    expect([a.holds('seats'), b.holds('seats')]).toEqual([true, false])
    expect(await b.mayTry('shows')).toBe(true)
    a.leave('seats')
    await until(() => b.mayTry('seats'))
  })

  it('outlive their holder by their time alone', async () => {
    const [a, b] = [await ready(locks({ ttlMs: 400 })), await ready(locks({ ttlMs: 400 }))]
    expect(await a.mayTry('dying')).toBe(true)
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 150))
      await a.renew('dying')
      expect(await b.mayTry('dying')).toBe(false)
    }
    await until(() => b.mayTry('dying'))
    expect([a.holds('dying'), b.holds('dying')]).toEqual([false, true])
  })

  it('keep nobody from trying where Redis is away', async () => {
    const away = locks({ url: 'redis://127.0.0.1:1' })
    expect(await away.mayTry('seats')).toBe(true)
    expect(away.holds('seats')).toBe(false)
    await away.renew('seats')
    away.leave('seats')
  })
})
