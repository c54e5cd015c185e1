import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { createCommandHeaders, topicNames } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import { until } from './claims.js'
import { openRooms } from './rooms.js'
import { System } from './system.js'

describe('two controllers for one room', () => {
  let system: System
  let rooms: Awaited<ReturnType<typeof openRooms>>
  beforeAll(async () => {
    system = await System.open()
    rooms = await openRooms(system)
    await system.stack.startAnother('reactors-2', 'reactors')
  })
  afterAll(async () => {
    for (const name of ['reactors', 'reactors-2']) system.stack.kill(name, 'SIGCONT')
    await system.stack.stopAnother('reactors-2')
    await rooms.journal.stop()
  })

  it('the first sleeps past its lease, the second claims, the first wakes: never too many, and the older term is refused', async () => {
    const slots = 8
    const room = await rooms.schedule({ settings: { slots, ratePerMinute: 240, admissionSeconds: 1 } })
    const visitors = Array.from({ length: 120 }, (_, n) => `visitor-${n}`)
    await Promise.all(visitors.map(room.enters))
    await until(() => room.events('AdmissionGranted').length > 3)
    const [first] = room.events('TermClaimed')
    // A controller's name is its process's and an id.
    const sleeper = first?.data.controllerId.startsWith('reactors-2-') ? 'reactors-2' : 'reactors'
    expect(system.stack.kill(sleeper, 'SIGSTOP')).toBe(true)
    await until(() => room.events('TermClaimed').length === 2)
    const grantsOf = (term: number) => room.events('AdmissionGranted').filter(({ data }) => data.term === term)
    await until(() => grantsOf(2).length > 3)
    expect(system.stack.kill(sleeper, 'SIGCONT')).toBe(true)
    const atWaking = grantsOf(2).length
    await until(() => grantsOf(2).length > atWaking + 10)

    // What the first may have sent before it slept, and the broker took only now.
    await append(AdmitOf(room.showId, 1))
    const refused = () => room.events('CommandRejected').filter(({ data }) => data.reason === 'term-outdated')
    await until(() => refused().some(({ data }) => data.callerId === 'late'))
    expect(refused().every(({ data }) => data.details.join() === '2')).toBe(true)

    const granted = room.events('AdmissionGranted').map(({ data }) => data)
    const terms = granted.map(({ term }) => term)
    expect(terms).toEqual([...terms].sort((a, b) => a - b))
    expect(Math.max(...granted.map(({ openAdmissions }) => openAdmissions))).toBeLessThanOrEqual(slots)
    for (const { admittedAt } of granted) {
      const second = granted.filter((it) => it.admittedAt > admittedAt - 1_000 && it.admittedAt <= admittedAt)
      expect(second.length).toBeLessThanOrEqual(4)
    }
    expect(new Set(granted.map(({ entryId }) => entryId)).size).toBe(granted.length)
    expect((await auditStack(system.stack.connection, { againstReadModel: false })).violations).toEqual([])
  })

  const AdmitOf = (showId: string, term: number) => ({ showId, term, most: 500 })

  async function append(data: { showId: string; term: number; most: number }): Promise<void> {
    const { kafka, codec } = rooms.journal
    const name = recordName.AdmitVisitors
    const headers = createCommandHeaders({
      ...{ source: '/onsale/e2e', id: randomUUID(), name, showId: data.showId, commandId: randomUUID() },
      ...{ bodyHash: 'a'.repeat(64), callerId: 'late', correlationId: 'late', traceparent: null },
      ...{ now: Date.now(), deadline: Date.now() + 10_000 },
    })
    const producer = kafka.producer()
    await producer.connect()
    const value = codec.encode(name, data)
    const message = { partition: Number(data.showId.split('.')[0]), key: data.showId, value, headers }
    await producer.send({ topic: topicNames(system.stack.connection.env).queue.commands, messages: [message] })
    await producer.disconnect()
  }
})
