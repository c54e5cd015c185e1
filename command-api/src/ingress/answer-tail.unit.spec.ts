import { setImmediate } from 'node:timers/promises'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Append, header } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import { pino } from 'pino'
import { FakeLog, topic } from '../testing/fake-log.js'
import { HandTimers } from '../testing/hand-timers.js'
import { AnswerTail } from './answer-tail.js'

const released = {
  name: recordName.HoldReleased,
  data: { showId: '1.s', reservationId: '1.s.r', customerId: 'c', seats: [], areas: [], releasedAt: 5 },
}
const command = (id: string, commandId = 'command-1'): Append => ({
  partition: 1,
  key: '1.s',
  name: recordName.ReleaseHold,
  data: {},
  headers: { [header.id]: id, [header.commandId]: commandId, [header.callerId]: 'c' },
})

let log: FakeLog
let timers: HandTimers
let tail: AnswerTail

beforeEach(() => {
  log = new FakeLog()
  timers = new HandTimers()
  tail = new AnswerTail({ log, codec: log.codec, timers, logger: pino({ level: 'silent' }), recentAnswers: 3 })
})
afterEach(() => tail.stop())

const until = async (condition: () => boolean) => {
  while (!condition()) await setImmediate()
}

describe('an answer', () => {
  test('goes to whoever waits for its command, with the position of the last record', async () => {
    await tail.start()
    await until(() => tail.ready)
    const one = tail.expect('request-1')
    const two = tail.expect('request-2')
    await log.answer(command('request-1'), [released, released, released])
    const answer = await one.answer
    expect(answer.record).toMatchObject({ name: recordName.HoldReleased, offset: 0, data: released.data })
    expect(answer.position).toEqual({ topic, partition: 1, offset: 2 })
    expect(tail.waiting).toBe(1)
    two.cancel()
    expect(tail.waiting).toBe(0)
  })

  test('that nobody waits for is let pass', async () => {
    await tail.start()
    await until(() => tail.ready)
    await log.answer(command('request-0'), [released])
    const waiter = tail.expect('request-1')
    await log.answer(command('request-1'), [released])
    expect((await waiter.answer).position.offset).toBe(1)
  })

  test('that cannot be decoded fails its waiter, not the tail', async () => {
    await tail.start()
    await until(() => tail.ready)
    const bad = tail.expect('request-1')
    const encode = log.codec.encode.bind(log.codec)
    log.codec.encode = () => Buffer.from('nonsense')
    await log.answer(command('request-1'), [released])
    log.codec.encode = encode
    await expect(bad.answer).rejects.toThrow()
    const good = tail.expect('request-2')
    await log.answer(command('request-2'), [released])
    await expect(good.answer).resolves.toBeDefined()
  })
})

/** Gives a collection of everything, and one of what is young. */
function collectors() {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as (of?: { type: 'minor' }) => void
}
const oldMb = () =>
  (getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0) / 1e6

test('what waited and is over does not grow old: the tables that its Map has outgrown are old, and hold what was in them', async () => {
  const collectGarbage = collectors()
  const waiting: (() => void)[] = []
  collectGarbage()
  const before = oldMb()
  for (let n = 0; n < 40_000; n += 1) {
    // Of each request some 2 KB, 100 MB of all.
    const request = Array.from({ length: 50 }, (_, at) => ({ at, n }))
    const { answer, cancel } = tail.expect(`request-${n}`)
    void answer.then(() => request)
    waiting.push(cancel)
    if (waiting.length > 300) waiting.shift()?.()
    if (n % 1_000 > 0) continue
    collectGarbage({ type: 'minor' })
    await setImmediate()
  }
  expect(oldMb() - before).toBeLessThan(12)
})

test('a record that was read is not held, though its answer is remembered: it would keep all that the broker sent with it', async () => {
  const collectGarbage = collectors()
  const read: WeakRef<object>[] = []
  const logger = pino({ level: 'silent' })
  tail = new AnswerTail({
    ...{ log, codec: log.codec, timers, logger },
    onBatch: ({ records }) => void read.push(...records.map((record) => new WeakRef(record))),
  })
  await tail.start()
  await until(() => tail.ready)
  const waiter = tail.expect('request-1')
  await log.answer(command('request-1'), [released])
  await log.answer(command('nobody-waits'), [released])
  await waiter.answer
  await setImmediate()
  collectGarbage()
  expect(read.map((it) => it.deref())).toEqual([undefined, undefined])
  const repeated = tail.expect('request-2')
  await log.answer(command('request-2'), [log.repeated(command('request-2'), 1)])
  expect((await repeated.answer).record.offset).toBe(1)
  expect(log.reads).toEqual([])
})

describe('a repeated command gets the first answer', () => {
  test('from memory', async () => {
    await tail.start()
    await until(() => tail.ready)
    await log.answer(command('request-1'), [released, released])
    const waiters = ['a', 'b'].map((id) => tail.expect(id))
    for (const id of ['a', 'b']) await log.answer(command(id), [log.repeated(command(id), 0)])
    for (const { answer } of waiters) {
      const { record, position } = await answer
      expect(record).toMatchObject({ name: recordName.HoldReleased, offset: 0 })
      expect(position).toEqual({ topic, partition: 1, offset: 1 })
    }
    expect(log.reads).toEqual([])
  })

  test('by one read of the log where memory has it no more', async () => {
    await tail.start()
    await until(() => tail.ready)
    for (let at = 0; at < 5; at += 1) await log.answer(command(`earlier-${at}`, `command-${at}`), [released])
    const waiters = ['a', 'b', 'c'].map((id) => tail.expect(id))
    // All three are delivered before the read of the first can be over.
    await Promise.all(['a', 'b', 'c'].map((id) => log.answer(command(id), [log.repeated(command(id), 0)])))
    for (const { answer } of waiters)
      expect((await answer).record).toMatchObject({ name: recordName.HoldReleased, offset: 0 })
    expect(log.reads).toEqual(['1:0'])
  })

  test('and an error where the log has no such record', async () => {
    await tail.start()
    await until(() => tail.ready)
    const waiter = tail.expect('a')
    await log.answer(command('a'), [log.repeated(command('a'), 77)])
    await expect(waiter.answer).rejects.toThrow(/no answer stands at 1:77/)
  })
})

test('partitions that were added are followed from their beginning, the others from where they are', async () => {
  await tail.start()
  await until(() => tail.ready)
  await log.answer(command('request-1'), [released])
  tail.follow([0, 1, 2, 3])
  expect(log.opened).toHaveLength(1)
  tail.follow([0, 1, 2, 3, 4])
  await until(() => log.opened.length === 2)
  expect(log.opened[1]).toContainEqual({ partition: 4, offset: 0, claimId: null })
  expect(log.opened[1]).toContainEqual(expect.objectContaining({ partition: 1, offset: 1 }))
  const waiter = tail.expect('request-2')
  await log.answer(command('request-2'), [released])
  expect((await waiter.answer).position.offset).toBe(1)
})

describe('readiness', () => {
  test('comes with having read what was there at the start', async () => {
    await log.answer(command('old'), [released, released])
    expect(tail.ready).toBe(false)
    await tail.start()
    await until(() => tail.ready)
    expect(log.opened).toEqual([log.startAt])
  })

  test('starts from a checkpoint', async () => {
    await log.answer(command('old'), [released, released])
    log.startAt[1] = { partition: 1, offset: 1, claimId: 'claim-1' }
    await tail.start()
    await until(() => tail.ready)
    expect(log.opened[0]?.[1]).toEqual({ partition: 1, offset: 1, claimId: 'claim-1' })
  })

  test('goes when the reader dies, which is started again where it was', async () => {
    await tail.start()
    await until(() => tail.ready)
    await log.answer(command('old'), [released, released])
    const waiter = tail.expect('request-1')
    log.kill(new Error('gap'))
    await until(() => timers.asleep === 1)
    expect(tail.ready).toBe(false)
    await log.answer(command('request-1'), [released])
    timers.elapse()
    await until(() => tail.ready)
    expect(log.opened[1]?.[1]).toEqual({ partition: 1, offset: 2, claimId: 'claim-1' })
    expect((await waiter.answer).position.offset).toBe(2)
  })
})
