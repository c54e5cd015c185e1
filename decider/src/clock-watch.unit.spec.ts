import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { aheadOf, ClockWatch } from './clock-watch.js'
import { HandClock } from './testing/hand-clock.js'

/** A clock that can be set, over timers that nobody sets. */
class SetClock extends HandClock {
  offMs = 0
  override now(): number {
    return super.now() + this.offMs
  }
}

function resting(aheadMs: number) {
  const clock = new SetClock()
  clock.offMs = aheadMs
  const watch = new ClockWatch({ clock, timers: clock, logger: pino({ level: 'silent' }) })
  const stopping = new AbortController()
  const start = () => {
    const state = { over: false }
    void watch.wrong(aheadMs, stopping.signal).then(() => {
      state.over = true
    })
    return state
  }
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { clock, watch, stopping, start, pass }
}

test.each([
  ['within the append', 1_500, 1_000, 2_000, 0],
  ['before it began', 1_000, 4_000, 4_010, 3_000],
  ['after it ended', 9_000, 4_000, 4_010, -4_990],
])('the broker stamped %s', (_, brokerMs, before, after, ahead) => {
  expect(aheadOf(brokerMs, before, after)).toBe(ahead)
})

test('whose clock is set right tries again at once, and says until then what is wrong', async () => {
  const { clock, watch, start, pass } = resting(4_000)
  expect(watch.trouble).toBeNull()
  const rest = start()
  await pass(2_000)
  expect([rest.over, watch.trouble]).toEqual([false, expect.stringContaining('4000 ms ahead of the broker')])
  clock.offMs = 0
  await pass(500)
  expect([rest.over, watch.trouble]).toEqual([true, null])
})

test('a clock that is set and still wrong is no reason to try', async () => {
  const { clock, watch, start, pass } = resting(-60_000)
  const rest = start()
  clock.offMs = -3_000
  await pass(2_000)
  expect([rest.over, watch.trouble]).toEqual([false, expect.stringContaining('3000 ms behind the broker')])
})

test('tries again after a while, which grows until the clock was right once', async () => {
  const { watch, start, pass } = resting(4_000)
  const tries = async () => {
    const rest = start()
    for (let seconds = 0; ; seconds += 1) {
      if (rest.over) return seconds
      await pass(1_000)
    }
  }
  expect([await tries(), await tries(), await tries()]).toEqual([5, 10, 20])
  watch.right()
  expect(await tries()).toBe(5)
})

test('stops with the process', async () => {
  const { stopping, start, pass } = resting(4_000)
  const rest = start()
  stopping.abort()
  await pass(100)
  expect(rest.over).toBe(true)
})
