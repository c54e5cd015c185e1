import { expect, test } from '@jest/globals'
import { topicNames } from '@onsale/platform/log'
import type { Patient } from '../patient.js'
import { checkpoints } from './checkpoints.js'

const { events } = topicNames('unit')

/** A checkpoint that has not moved for a minute, with an event before it; who looks again finds it `moving` on, or not. */
function patient(moving: boolean): Patient {
  let now = 1_000_000
  let moved = { next_offset: 7, updated_at: now - 60_000 }
  const version = { projection: 'seats', version: 1, state: 'live', paused: 0, serving: 1 }
  return {
    env: 'unit',
    primary: { query: async () => [[{ ...version, topic: events, partition_no: 0, ...moved }]] },
    admin: {
      fetchTopicOffsets: async (topic: string) =>
        topic === events ? [{ partition: 0, offset: '8', low: '0', high: '8' }] : [],
    },
    now: () => now,
    sleep: async (ms: number) => {
      now += ms
      if (moving) moved = { next_offset: 8, updated_at: now }
    },
  } as unknown as Patient
}

test('an event that has just come to an idle partition is no fault: its projector is on its way', async () => {
  expect(await checkpoints(patient(true))).toMatchObject([{ severity: 'ok' }])
})

test('a checkpoint that stands still while there is something to apply is one', async () => {
  const finding = expect.stringMatching(
    /^seats version 1 in partition 0 has 1 records to apply and has not moved for 6\d s$/,
  )
  expect(await checkpoints(patient(false))).toMatchObject([{ severity: 'critical', finding }])
})
