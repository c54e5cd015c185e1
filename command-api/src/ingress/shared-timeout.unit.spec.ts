import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandTimers } from '../testing/hand-timers.js'
import { SharedTimeout } from './shared-timeout.js'

describe('a timeout that many share', () => {
  let timers: HandTimers
  let now: number
  let timeout: SharedTimeout
  let rung: string[]
  beforeEach(() => {
    timers = new HandTimers()
    now = 1_000
    timeout = new SharedTimeout({ timers, clock: { now: () => now }, answerWaitMs: 100 })
    rung = []
  })
  const start = (name: string) => timeout.start(() => rung.push(name))
  const elapse = async () => {
    timers.elapse()
    await setImmediate()
  }

  test('has one timer, and rings for each in the order in which they came', async () => {
    start('a')
    now += 10
    start('b')
    expect(timers.asleep).toBe(1)
    await elapse()
    expect(rung).toEqual(['a'])
    await elapse()
    expect(rung).toEqual(['a', 'b'])
    expect(timers.asleep).toBe(0)
  })

  test('rings for those of the same time together', async () => {
    start('a')
    start('b')
    await elapse()
    expect(rung).toEqual(['a', 'b'])
  })

  test('does not ring for those that were cancelled, whoever comes after them', async () => {
    const first = start('a')
    now += 10
    start('b')
    first.cancel()
    first.cancel()
    await elapse()
    await elapse()
    expect(rung).toEqual(['b'])
  })

  test('has no timer when nobody waits, and one again for the next', async () => {
    start('a').cancel()
    start('b')
    await setImmediate()
    expect(timers.asleep).toBe(1)
    await elapse()
    expect(rung).toEqual(['b'])
    await setImmediate()
    expect(timers.asleep).toBe(0)
    start('c')
    await elapse()
    expect(rung).toEqual(['b', 'c'])
  })

  test('forgets thousands that were answered, while one waits on', async () => {
    start('first')
    for (let n = 0; n < 10_000; n += 1) start('answered').cancel()
    now += 1
    start('last')
    await elapse()
    await elapse()
    expect(rung).toEqual(['first', 'last'])
  })

  test('goes by the timer, not by a clock that was set back', async () => {
    start('a')
    now -= 3_600_000
    await elapse()
    expect(rung).toEqual(['a'])
  })
})
