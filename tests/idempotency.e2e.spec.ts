import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { systemTimers } from '@onsale/platform/ports'
import { type Answer, System } from './system.js'

describe('an Idempotency-Key', () => {
  let system: System
  let showId: string

  beforeAll(async () => {
    system = await System.open()
    showId = await system.newShow()
  })

  it('sent 200 times at once is one reservation and one same answer', async () => {
    const token = await system.token('eager')
    const key = randomUUID()
    const body = { showId, seats: ['A-1', 'A-2'] }
    /** Sent again, with its key, where there was no final answer: too much under way, or a decision that takes its time. */
    const answered = async (): Promise<Answer> => {
      for (;;) {
        const answer = await system.post('/api/tickets/reserve', token, body, key)
        if (![202, 429, 503].includes(answer.status)) return answer
        await systemTimers.sleep(100)
      }
    }
    const answers = await Promise.all(Array.from({ length: 200 }, answered))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    const withoutPosition = answers.map(({ body: { position: _, ...answer } }) => JSON.stringify(answer))
    expect(new Set(withoutPosition).size).toBe(1)
    const position = answers.at(-1)?.body.position
    const show = await system.call('GET', `/api/shows/${showId}`, { headers: { 'onsale-position': position } })
    expect(show.body).toMatchObject({ held: 2, sold: 0 })
  })

  it('with another body is refused, and changes nothing', async () => {
    const token = await system.token('careless')
    const key = randomUUID()
    const first = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-3'] }, key)
    const other = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-4'] }, key)
    expect(first.status).toBe(201)
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    const again = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-3'] }, key)
    expect(again.body.reservationId).toBe(first.body.reservationId)
    const free = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-4'] })
    expect(free.status).toBe(201)
  })

  it('on another show is another command', async () => {
    const token = await system.token('both')
    const key = randomUUID()
    const other = await system.newShow()
    const here = await system.post('/api/tickets/reserve', token, { showId, seats: ['B-1'] }, key)
    const there = await system.post('/api/tickets/reserve', token, { showId: other, seats: ['B-1'] }, key)
    expect([here.status, there.status]).toEqual([201, 201])
    expect(there.body.reservationId).not.toBe(here.body.reservationId)
  })

  it('of somebody else is another command', async () => {
    const key = randomUUID()
    const one = await system.post('/api/tickets/reserve', await system.token('one'), { showId, seats: ['B-2'] }, key)
    const two = await system.post('/api/tickets/reserve', await system.token('two'), { showId, seats: ['B-3'] }, key)
    expect([one.status, two.status]).toEqual([201, 201])
  })

  it('repeats a refusal too, even when the seat has become free', async () => {
    const [first, second] = [await system.token('first'), await system.token('second')]
    const held = await system.post('/api/tickets/reserve', first, { showId, seats: ['B-4'] })
    const key = randomUUID()
    const refused = await system.post('/api/tickets/reserve', second, { showId, seats: ['B-4'] }, key)
    expect(refused).toMatchObject({ status: 409, body: { code: 'seat-taken', details: ['B-4'] } })
    await system.post('/api/tickets/release', first, { reservationId: held.body.reservationId })
    const repeated = await system.post('/api/tickets/reserve', second, { showId, seats: ['B-4'] }, key)
    expect(repeated).toMatchObject({ status: 409, body: { code: 'seat-taken' } })
    const anew = await system.post('/api/tickets/reserve', second, { showId, seats: ['B-4'] })
    expect(anew.status).toBe(201)
  })
})
