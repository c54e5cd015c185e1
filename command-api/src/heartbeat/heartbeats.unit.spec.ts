import { expect, test } from '@jest/globals'
import { signHeartbeat } from '@onsale/platform/http'
import { RoomKeys } from '../queue/room-keys.js'
import { Heartbeats } from './heartbeats.js'

const secret = Buffer.alloc(32, 3)
const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const of = { entryId: `${showId}.7`, everySeconds: 40 }
const token = signHeartbeat(secret, 'ann', of)

function taking() {
  let now = 1_790_000_000_000
  const clock = { now: () => now }
  const kept: unknown[][] = []
  const failing: Error[] = []
  const record = async (...one: unknown[]) => {
    const error = failing.pop()
    if (error) throw error
    kept.push(one)
  }
  const keys = new RoomKeys({ drawSecret: secret, admissionSecret: secret, clock })
  const take = (who = 'ann', what = token, show = showId) =>
    new Promise<unknown>((resolve) => {
      heartbeats.take(show, who, what).then(
        () => resolve(204),
        ({ status, code }) => resolve(`${status} ${code}`),
      )
    })
  const heartbeats = new Heartbeats({ record }, keys, clock)
  return { take, kept, failing, pass: (ms: number) => (now += ms), clock }
}

test('a heartbeat is kept for the entry and customer that it was made for', async () => {
  const { take, kept, clock } = taking()
  expect(await take()).toBe(204)
  expect(kept).toEqual([[showId, of.entryId, clock.now()]])
  expect(await take('bob')).toBe('403 heartbeat-invalid')
  expect(await take('ann', token.replace('.7.', '.8.'))).toBe('403 heartbeat-invalid')
  expect(await take('ann', token.replace('.40.', '.1.'))).toBe('403 heartbeat-invalid')
  expect(await take('ann', token, `2${showId.slice(1)}`)).toBe('403 heartbeat-invalid')
  expect(kept).toHaveLength(1)
})

test('twice as often as told is often enough', async () => {
  const { take, kept, pass } = taking()
  await take()
  pass(19_999)
  expect(await take()).toBe('429 too-many-requests')
  pass(1)
  expect(await take()).toBe(204)
  expect(kept).toHaveLength(2)
})

test('what Redis did not take may be sent again at once', async () => {
  const { take, failing } = taking()
  failing.push(new Error('Connection is closed.'))
  expect(await take()).toBe('503 presence-unavailable')
  expect(await take()).toBe(204)
})
