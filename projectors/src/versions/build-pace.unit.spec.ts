import { describe, expect, it } from '@jest/globals'
import type { ProjectionObserver } from '../runtime/index.js'
import { BuildPace } from './build-pace.js'
import { MeasuredDelay } from './live-delay.js'

const never = new AbortController().signal

/** A pace on a clock that only sleeping moves, and how late the live events are. */
function world() {
  const it = { now: 1_000_000, lateMs: 0, slept: 0 }
  const timers = {
    async sleep(ms: number) {
      it.now += ms
      it.slept += ms
      return true
    },
  }
  const pace = new BuildPace({ recentMs: () => it.lateMs }, { now: () => it.now }, timers)
  return { it, pace }
}

describe('the pace of a build', () => {
  it('is as fast as may be where nothing holds it back', async () => {
    const { it: world_, pace } = world()
    for (let turn = 0; turn < 100; turn += 1) await pace.take(pace.atATime, never)
    expect([world_.slept, pace.atATime]).toEqual([0, 10_000])
  })

  it('keeps to the throttle over any time, several times a second', async () => {
    const { it: world_, pace } = world()
    pace.throttle = 400
    let events = 0
    for (const began = world_.now; world_.now - began < 60_000; events += pace.atATime)
      await pace.take(pace.atATime, never)
    expect(pace.atATime).toBe(100)
    expect(events / 60).toBeGreaterThan(390)
    expect(events / 60).toBeLessThan(410)
  })

  it('does not save up what it did not use', async () => {
    const { it: world_, pace } = world()
    pace.throttle = 100
    await pace.take(25, never)
    world_.now += 3_600_000
    const began = world_.now
    for (let turn = 0; turn < 9; turn += 1) await pace.take(25, never)
    expect(world_.now - began).toBeGreaterThanOrEqual(2_000)
  })

  it('slows down while live events are late, up to a second a batch, and speeds up again', async () => {
    const { it: world_, pace } = world()
    world_.lateMs = 5_000
    for (let turn = 0; turn < 10; turn += 1) await pace.take(2_000, never)
    expect([pace.slowedMs, pace.atATime]).toEqual([1_000, 2_000])
    world_.lateMs = 0
    for (let turn = 0; turn < 11; turn += 1) await pace.take(2_000, never)
    expect(pace.slowedMs).toBe(0)
  })

  it('that is let go is bound by nothing', async () => {
    const { it: world_, pace } = world()
    pace.throttle = 1
    world_.lateMs = 5_000
    pace.unbound()
    for (let turn = 0; turn < 10; turn += 1) await pace.take(2_000, never)
    expect([world_.slept, pace.isBound]).toEqual([0, false])
  })
})

describe('how late live events are', () => {
  it('is the worst of late, forgotten within two seconds', () => {
    let now = 10_000
    const delay = new MeasuredDelay({ now: () => now })
    const id = { projection: 'shows', version: 1, topic: 't', partition: 0 }
    const seen: number[] = []
    const observer = delay.watching({
      applied: (_: unknown, { events }: { events: number }) => seen.push(events),
    } as unknown as ProjectionObserver)
    const applied = (appendedAt: number | null) => observer.applied(id, { events: 1, rows: 1, appendedAt })
    expect(delay.recentMs(now)).toBe(0)
    applied(9_200)
    expect(delay.recentMs(now)).toBe(800)
    now += 1_000
    applied(now - 10)
    expect(delay.recentMs(now)).toBe(400)
    applied(null)
    now += 2_001
    expect(delay.recentMs(now)).toBe(0)
    expect(seen).toEqual([1, 1, 1])
  })
})
