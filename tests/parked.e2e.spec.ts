import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { ParkedCommandError, ParkedCommands } from '@onsale/decider'
import { header, topicNames } from '@onsale/platform/log'
import { systemClock, systemIds } from '@onsale/platform/ports'
import { createLogger } from '@onsale/platform/telemetry'
import { recordName, schemas } from '@onsale/schemas'
import { followJournal, until } from './claims.js'
import { logLineOf, metricOf } from './operator.js'
import { System } from './system.js'
import { onsale } from './terminal.js'

describe('a poison command, written by a raw producer', () => {
  let system: System
  let journal: Awaited<ReturnType<typeof followJournal>>
  let producer: ReturnType<(typeof journal)['kafka']['producer']>
  let parked: ParkedCommands
  let showId: string
  let partition: number

  beforeAll(async () => {
    system = await System.open()
    journal = await followJournal(system)
    const { kafka, codec } = journal
    producer = kafka.producer()
    await producer.connect()
    const { env } = system.stack.connection
    const logger = createLogger({ service: 'e2e', instance: 'e2e', level: 'silent' })
    parked = new ParkedCommands({ kafka, env, codec, clock: systemClock, ids: systemIds, logger })
    showId = await system.newShow()
    partition = Number(showId.split('.')[0])
  })

  afterAll(async () => {
    await producer?.disconnect()
    await journal?.stop()
  })

  const terminal = (...args: string[]) => onsale(system.stack.connection.dir, ...args)
  const topics = () => topicNames(system.stack.connection.env)
  const append = async (
    value: Buffer | null,
    headers: Record<string, string>,
    topic = topics().commands,
  ): Promise<number> => {
    const [answer] = await producer.send({ topic, acks: -1, messages: [{ partition, key: showId, value, headers }] })
    return Number(answer?.baseOffset)
  }
  const answerTo = async (id: string) => {
    const found = () => journal.records.find(({ causationId }) => causationId === id)
    await until(() => found() !== undefined)
    return found()
  }
  const sound = () => ({
    [header.id]: randomUUID(),
    [header.subject]: showId,
    [header.commandId]: randomUUID(),
    [header.bodyHash]: 'ab'.repeat(32),
    [header.callerId]: 'raw',
  })
  const holding = (seats: string[]) =>
    journal.codec.encode(recordName.HoldSeats, {
      showId,
      reservationId: `${showId}.${randomUUID()}`,
      customerId: 'raw',
      seats,
      areas: [],
      bestAvailable: null,
    })

  it('is refused as malformed and parked; what comes behind it is decided', async () => {
    const headers = sound()
    const bytes = Buffer.from('\u0000not what it says')
    const offset = await append(bytes, headers)
    const answer = await answerTo(headers[header.id] as string)
    expect(answer).toMatchObject({ type: 'CommandRejected', data: { reason: 'malformed' } })
    const held = await system.post('/api/tickets/reserve', await system.token('alice'), { showId, seats: ['A-1'] })
    expect(held.status).toBe(201)
    const found = (await parked.list()).find((one) => one.partition === partition && one.offset === offset)
    expect(found).toMatchObject({ value: bytes, key: showId, decision: null })
    const kept = Object.entries(found?.headers ?? {}).map(([name, text]) => [name, String(text)])
    expect(Object.fromEntries(kept)).toEqual(headers)
    const shown = await parked.show({ partition, offset })
    expect(shown.unreadable).toMatch(/^(value-malformed|schema-unknown)$/)
    await expect(parked.redrive({ partition, offset }, 'ops-1')).rejects.toThrow(ParkedCommandError)

    const name = `${partition}/${offset}`
    const { out } = await terminal('parked', 'list')
    expect(out.split('\n').find((line) => line.includes(name))).toContain(found?.reason)
    expect(JSON.parse((await terminal('parked', 'show', name)).out)).toMatchObject({
      ...{ partition, offset, reason: found?.reason, readableNow: false, value: bytes.toString('base64') },
    })
    expect(await logLineOf(system, 'decider', 'refused as malformed, and parked', `"offset":${offset}`)).toMatchObject({
      ...{ partition, offset, reason: found?.reason },
    })
    expect(
      await metricOf(system, 'decider', 'onsale_decider_parked_commands_total', `partition="${partition}"`),
    ).toBeGreaterThan(0)
    expect((await terminal('parked', 'redrive', name)).code).toBe(1)
    expect(await terminal('parked', 'drop', name, '--by', 'ops-1', '--why', 'not-ours')).toEqual({
      ...{ out: `${name} is dropped: not-ours\n`, err: '', code: 0 },
    })
    await expect(parked.drop({ partition, offset }, 'ops-2', 'not-ours')).rejects.toThrow(/was dropped by ops-1/)
    expect((await parked.list()).some((one) => one.offset === offset)).toBe(false)
    const decided = (await parked.list({ decided: true })).find((one) => one.offset === offset)
    expect(decided?.decision).toMatchObject({ kind: 'dropped', by: 'ops-1', reason: 'not-ours' })
  })

  it('to a waiting room is parked too, and is named as one of the queue', async () => {
    const offset = await append(Buffer.from('\u0000nor this'), sound(), topics().queue.commands)
    const name = `queue/${partition}/${offset}`
    await until(async () => (await terminal('parked', 'list')).out.includes(name))
    const shown = JSON.parse((await terminal('parked', 'show', name)).out)
    expect(shown).toMatchObject({ partition, offset, readableNow: false })
    expect((await terminal('parked', 'redrive', name)).code).toBe(1)
    expect((await terminal('parked', 'drop', name, '--why', 'not-ours')).out).toBe(`${name} is dropped: not-ours\n`)
    expect((await terminal('parked', 'list')).out).not.toContain(name)
  })

  it('whose headers are wrong is parked anew when it is redriven: it is sent as it was', async () => {
    // Its subject says another show than its value: it is parked whatever its bytes are.
    const headers = { ...sound(), [header.subject]: `${showId}x` }
    const offset = await append(holding(['A-5']), headers)
    await answerTo(headers[header.id] as string)
    const before = await parked.show({ partition, offset })
    expect([before.command.reason, before.unreadable]).toEqual(['subject-wrong', null])
    const again = await parked.redrive({ partition, offset }, 'ops-1')
    const answer = await answerTo(again.id)
    // As it was, so also with its wrong subject: refused and parked anew, and nothing is lost.
    expect(answer).toMatchObject({ type: 'CommandRejected', commandOffset: again.offset })
    expect((await parked.list()).some((one) => one.offset === again.offset)).toBe(true)
    await parked.drop({ partition, offset: again.offset }, 'ops-1', 'not-ours')
    await expect(parked.redrive({ partition, offset }, 'ops-2')).rejects.toThrow(/was redriven by ops-1/)
  })

  it('whose schema was unknown is redriven once the schema is there: done once, however often it is sent', async () => {
    const register = async (subject: string, schema: object): Promise<number> => {
      const url = `${system.stack.connection.variables.ONSALE_REGISTRY_URL}/subjects/${subject}/versions`
      const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
      const answer = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ schema: JSON.stringify(schema) }),
      })
      return ((await answer.json()) as { id: number }).id
    }
    // Ids are given in order: the one after this is the one that the command will have been written with.
    const next =
      1 + (await register(`e2e-${randomUUID()}`, { type: 'record', name: `Before${Date.now()}`, fields: [] }))
    const headers = sound()
    const value = Buffer.concat([holding(['A-7', 'A-8']), Buffer.from([2])])
    value.writeUInt32BE(next, 1)
    const offset = await append(value, headers)
    await answerTo(headers[header.id] as string)
    expect((await parked.show({ partition, offset })).command.reason).toBe('schema-unknown')

    const { schema } = schemas.get(recordName.HoldSeats) as { schema: { fields: readonly object[] } }
    const later = { ...schema, fields: [...schema.fields, { name: 'later', type: 'int', default: 0 }] }
    expect(await register(`e2e-${randomUUID()}`, later)).toBe(next)
    const redriven = await terminal('parked', 'redrive', `${partition}/${offset}`, '--by', 'ops-1')
    expect(redriven).toMatchObject({ code: 0, out: expect.stringMatching(/is command .* now: SeatsHeld at /) })
    const again = Number(/is command \d+\/(\d+) now/.exec(redriven.out)?.[1])
    await journal.caughtUp()
    const answer = journal.records.find((it) => it.partition === partition && it.commandOffset === again)
    expect(answer).toMatchObject({
      type: 'SeatsHeld',
      commandId: headers[header.commandId],
      data: { seats: [{ seat: 'A-7' }, { seat: 'A-8' }] },
    })
    // The sender, who does not know of the redrive, tries once more.
    const repeated = { ...headers, [header.id]: randomUUID() }
    await append(value, repeated)
    expect(await answerTo(repeated[header.id] as string)).toMatchObject({ type: 'CommandRepeated' })
  })

  it('leaves nothing wrong behind', async () => {
    const { violations } = await auditStack(system.stack.connection, { againstReadModel: true })
    expect(violations).toEqual([])
  })
})
