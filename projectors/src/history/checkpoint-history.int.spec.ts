import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { systemTimers } from '@onsale/platform/ports'
import { pino } from 'pino'
import type { CheckpointId } from '../runtime/index.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { CheckpointHistory, sampleMs, samplesKept } from './checkpoint-history.js'
import { readHistory } from './read-history.js'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

const id: CheckpointId = { projection: 'seats', version: 1, topic: 't', partition: 0 }

it('keeps an hour of each checkpoint, however long it goes on, and nothing of a version that there is not', async () => {
  const clock = { at: 1_000_000_000, now: () => clock.at }
  const of = () => new CheckpointHistory(database.pool, clock, systemTimers, pino({ level: 'silent' }))
  const { observer } = projectorEnvironment(database.pool).env
  const [one, another] = [of(), of()]
  const [seen, seenByAnother] = [one.watching(observer), another.watching(observer)]
  seen.position({ ...id, version: 9 }, 1, 2)
  for (let sample = 0; sample < samplesKept + 40; sample += 1) {
    clock.at += sampleMs
    seen.position(id, sample, sample + 5)
    await one.sample()
  }
  // A process that knows less does not take away what is known.
  seenByAnother.position(id, 3, 4)
  await another.sample()
  const [history, ...more] = await readHistory(database.pool, clock.at, 'seats')
  expect(more).toEqual([])
  expect(history?.samples).toHaveLength(samplesKept)
  const last = samplesKept + 39
  expect(history?.samples.at(-1)).toEqual({ at: clock.at, nextOffset: last, endOffset: last + 5 })
  expect(history?.samples[0]?.nextOffset).toBe(40)
  expect(await readHistory(database.pool, clock.at + sampleMs * samplesKept)).toEqual([])
})
