import { expect, test } from '@jest/globals'
import { LogClock } from './log-clock.js'

let ours = 0
const clock = { now: () => ours }

/** An answer that took `ms` to come, stamped in the middle of its way by a clock that is `ahead` of ours. */
function answered(log: LogClock, ahead: number, ms: number): void {
  const sentAt = ours
  ours += ms
  log.saw(sentAt, sentAt + ms / 2 + ahead)
}

test.each([
  ['agrees', 0, 0],
  ['is ahead', 500, 490],
  ['is behind', -500, -490],
])('the clock of the log %s', (_, ahead, expected) => {
  ours = 1_000_000
  const log = new LogClock(clock)
  expect(log.now()).toBe(ours)
  for (const ms of [200, 20, 80]) answered(log, ahead, ms)
  expect(log.now() - ours).toBe(expected)
})

test('a clock that is set right is known again after a while', () => {
  ours = 1_000_000
  const log = new LogClock(clock)
  answered(log, 500, 20)
  for (let minute = 0; minute < 3; minute++) {
    ours += 40_000
    answered(log, 0, 20)
  }
  expect(log.now()).toBe(ours)
})
