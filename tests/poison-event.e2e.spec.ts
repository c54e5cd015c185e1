import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { startTestStack } from '@onsale/infra'
import { encodePosition } from '@onsale/platform/http'
import { openPool } from '@onsale/platform/sql'
import { listParked } from '@onsale/projectors'
import { followJournal, until } from './claims.js'
import { logLineOf, metricOf } from './operator.js'
import { RawEvents } from './raw-events.js'
import { System } from './system.js'
import { onsale } from './terminal.js'

/** What projects reservations' events into tables, by name. */
const everyProjection = ['command_status', 'reservations', 'sales_per_minute', 'seats', 'shows']
/** And into Redis, in the order of the list. */
const everyReadModel = [...everyProjection, 'seat_map']

// A system of its own: what is written here stays in its log.
describe('a poison event, written by a raw producer into the events topic', () => {
  let system: System
  let journal: Awaited<ReturnType<typeof followJournal>>
  let raw: RawEvents
  let pool: ReturnType<typeof openPool>
  /** Both in one partition. */
  let sick: string
  let healthy: string
  let partition: number
  let tokens: Record<'alice' | 'bob' | 'raw', string>

  beforeAll(async () => {
    system = await System.over(await startTestStack('poison'))
    journal = await followJournal(system)
    raw = await RawEvents.open(system, journal)
    pool = openPool({ url: system.stack.connection.variables.ONSALE_SQL_PRIMARY_URL as string, connections: 1 })
    tokens = { alice: await system.token('alice'), bob: await system.token('bob'), raw: await system.token('raw') }
    sick = await system.newShow()
    partition = Number(sick.split('.')[0])
    do healthy = await system.newShow()
    while (Number(healthy.split('.')[0]) !== partition)
  })

  afterAll(async () => {
    await pool?.end()
    await raw?.close()
    await journal?.stop()
    await system?.stack.stop()
  })

  const terminal = (...args: string[]) => onsale(system.stack.connection.dir, ...args)
  const listed = () => listParked(pool)
  const parkedStreams = async (): Promise<{ events: number }[]> =>
    JSON.parse((await terminal('parked', 'list', '--json')).out).streams
  const audited = () => auditStack(system.stack.connection, { againstReadModel: true })
  const hold = async (showId: string, who: 'alice' | 'bob', seats: string[]) => {
    const answer = await system.post('/api/tickets/reserve', tokens[who], { showId, seats })
    expect(answer.status).toBe(201)
    return answer.body as { reservationId: string; position: string }
  }
  const read = (path: string, position?: string, token?: string) =>
    system.call('GET', path, {
      ...(token ? { token } : {}),
      ...(position ? { headers: { 'onsale-position': position } } : {}),
    })
  const positionAt = (offset: number) => encodePosition({ topic: journal.topic, partition, offset })
  const metric = (name: string, projection: string) =>
    metricOf(system, 'projectors', name, `projection="${projection}",version="1",partition="${partition}"`)

  it('first of all: rows that the database refuses park one show in one read model, and the audit tells that from corruption', async () => {
    await pool.query("ALTER TABLE reservations_v1 ADD CONSTRAINT none_released CHECK (status <> 'released')")
    const { reservationId } = await hold(healthy, 'alice', ['B-9'])
    await system.post('/api/tickets/release', tokens.alice, { reservationId })
    await until(async () => (await listed()).length === 1)
    const { out, code } = await terminal('audit', '--json', '--against-read-model')
    const { violations, parked, dropped } = JSON.parse(out)
    expect([code, violations, dropped, parked]).toEqual([
      3,
      [],
      [],
      [
        {
          ...{ projection: 'reservations', show: healthy, partition, offset: expect.any(Number), events: 1 },
          ...{ reason: 'rows-refused', detail: expect.stringContaining('none_released') },
        },
      ],
    ])
    await pool.query('UPDATE reservations_v1 SET total_minor = 1 WHERE reservation_id = ?', [reservationId])
    await until(async () => {
      const { violations: wrong } = await audited()
      return wrong.some(({ invariant, show }) => invariant === 'read-model-differs' && show === healthy)
    })
    await pool.query('UPDATE reservations_v1 SET total_minor = 99000 WHERE reservation_id = ?', [reservationId])
    await pool.query('ALTER TABLE reservations_v1 DROP CONSTRAINT none_released')
    expect((await terminal('parked', 'redrive', healthy)).code).toBe(0)
    expect(await audited()).toMatchObject({ violations: [], parked: [], dropped: [] })
  })

  let first: number
  let register: () => Promise<boolean>
  let reservationId: string

  it('parks its stream and what comes behind it there, in every read model; the other show goes on', async () => {
    await hold(sick, 'alice', ['A-1', 'A-2'])
    reservationId = `${sick}.${randomUUID()}`
    const written = await raw.holdOfLaterSchema(sick, reservationId, 'B-1')
    register = written.register
    first = await raw.append(sick, written.events)
    await until(async () => (await listed()).length === everyProjection.length)
    for (const [at, one] of (await listed()).entries())
      expect(one).toMatchObject({
        ...{ projection: everyProjection[at], partition, stream: sick, firstOffset: first, reason: 'undecodable' },
        ...{ events: 2, missing: 0, attempts: 0, redriveRequestedAt: null },
      })

    const { position, reservationId: bobs } = await hold(healthy, 'bob', ['A-1'])
    const shown = await read(`/api/tickets/status?reservationId=${bobs}`, position, tokens.bob)
    expect([shown.status, shown.body.status, shown.headers['onsale-stale']]).toEqual([200, 'held', undefined])
    expect((await read(`/api/shows/${healthy}`, position)).body.held).toBe(1)
  })

  it('is there for the operator to see: list, show, metrics, a log line with stream and reason', async () => {
    await until(async () => (await parkedStreams()).length === everyReadModel.length)
    const whole = JSON.parse((await terminal('parked', 'list', '--json')).out)
    expect(whole).toEqual({ commands: [], streams: [...(await listed()), expect.anything()], unknown: null })
    expect(whole.streams.at(-1)).toMatchObject({
      ...{ projection: 'seat_map', partition, stream: sick, firstOffset: first, events: 2, reason: 'undecodable' },
    })
    const { out, code } = await terminal('parked', 'list')
    expect(code).toBe(0)
    expect(out.split('\n').filter((line) => line.includes(sick) && line.includes('undecodable'))).toHaveLength(6)
    const shown = JSON.parse((await terminal('parked', 'show', sick, '--projection', 'seats')).out)
    expect(shown).toMatchObject([
      {
        projection: 'seats',
        parkedEvents: [
          { offset: first, name: 'onsale.reservation.events.SeatsHeld', value: { base64: expect.any(String) } },
          { offset: first + 1, value: { decoded: { reservationId } } },
        ],
      },
    ])
    const named = ['parked_streams', 'parked_events', 'missing_events', 'stopped']
    await until(async () => (await metric('onsale_projection_parked_events', 'seats')) === 2)
    const values = await Promise.all(named.map((name) => metric(`onsale_projection_${name}`, 'seats')))
    expect(values).toEqual([1, 2, 0, 0])
    expect(await logLineOf(system, 'projectors', `stream ${sick} parked in seats`)).toMatchObject({
      ...{ projection: 'seats', partition, stream: sick, reason: 'undecodable', offset: first },
    })
  })

  it('is 503 stream-parked to a reader with a position behind it, and stale to one without', async () => {
    for (const path of [`/api/shows/${sick}`, `/api/shows/${sick}/seats`]) {
      const refused = await read(path, positionAt(first))
      expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
        503,
        'stream-parked',
        expect.any(String),
      ])
      const stale = await read(path)
      expect([stale.status, stale.headers['onsale-stale']]).toEqual([200, 'stream-parked'])
    }
    expect((await read(`/api/shows/${sick}`)).body).toMatchObject({ held: 2, stale: 'stream-parked' })
    expect((await read(`/api/shows/${sick}`, positionAt(first - 1))).status).toBe(200)
  })

  it('is named by the audit as what it is: an unreadable event, and parked streams that are right as far as they go', async () => {
    const { violations, parked, dropped, gaps } = await audited()
    // Nobody asked for what the stranger wrote: that is named too.
    expect(violations).toMatchObject([
      { invariant: 'record-wrong', show: sick, partition, offset: first },
      { invariant: 'command-unknown', show: sick, partition, offset: first + 1 },
    ])
    expect(parked.map(({ projection }) => projection).sort()).toEqual(everyProjection)
    for (const one of parked)
      expect(one).toMatchObject({ show: sick, partition, offset: first, events: 2, reason: 'undecodable' })
    expect([dropped, gaps]).toEqual([[], 0])
  })

  it('a redrive that comes too early says so, and counts one try', async () => {
    const { out, code } = await terminal('parked', 'redrive', sick, '--by', 'ops-1')
    expect(code).toBe(1)
    expect(out.split('\n').filter((line) => line.includes(`is parked still at ${first}, 2 events`))).toHaveLength(6)
    for (const { attempts } of await listed()) expect(attempts).toBe(1)
  })

  it('once its cause is gone, a redrive applies all of it in order; readers, audit and the next event go on from there', async () => {
    expect(await register()).toBe(true)
    expect(await terminal('parked', 'redrive', sick, '--by', 'ops-1')).toEqual({
      out: 'applied: nothing of it is parked any more\n',
      err: '',
      code: 0,
    })
    expect(await listed()).toEqual([])
    // In any other order the hold would be in force, or there would have been nothing to let go.
    const shown = await read(`/api/tickets/status?reservationId=${reservationId}`, positionAt(first + 1), tokens.raw)
    expect([shown.status, shown.body.status, shown.headers['onsale-stale']]).toEqual([200, 'released', undefined])
    expect((await read(`/api/shows/${sick}`, positionAt(first + 1))).body).toMatchObject({ held: 2, sold: 0 })
    await until(async () => (await metric('onsale_projection_parked_streams', 'seats')) === 0)

    // Its owner learns of what a stranger wrote when it reads the log again.
    await system.stack.restart('decider')
    const { position } = await hold(sick, 'bob', ['B-1'])
    expect((await read(`/api/shows/${sick}`, position)).body).toMatchObject({ held: 3 })
    const { violations, parked, dropped } = await audited()
    const named = violations.map((it) => [it.invariant, it.offset])
    expect(named).toEqual([
      ['command-unknown', first],
      ['command-unknown', first + 1],
    ])
    expect([parked, dropped]).toEqual([[], []])
  })

  it('of a type that nobody will ever know is dropped by name; what parked behind it goes on', async () => {
    const poison = await raw.append(healthy, [{ type: 'SeatsPainted', value: Buffer.from('not Avro') }])
    const { position, reservationId: behind } = await hold(healthy, 'alice', ['A-5'])
    await until(async () => {
      const streams = await parkedStreams()
      return streams.length === everyReadModel.length && streams.every(({ events }) => events === 2)
    })
    const refused = await read(`/api/tickets/status?reservationId=${behind}`, position, tokens.alice)
    expect([refused.status, refused.body.code]).toEqual([503, 'stream-parked'])

    const wrong = await terminal('parked', 'drop', healthy, '--offset', `${poison + 1}`, '--why', 'not-ours')
    expect(wrong).toEqual({ out: '', err: `onsale: stream ${healthy} is not parked at ${poison + 1}\n`, code: 1 })
    const { out, code } = await terminal(
      ...['parked', 'drop', healthy, '--offset', `${poison}`, '--why', 'not-ours', '--by', 'ops-1'],
    )
    expect(out.trim().split('\n')).toEqual([
      ...everyReadModel.map((name) => `${name}: dropped onsale.reservation.events.SeatsPainted at ${poison}`),
      'applied: nothing of it is parked any more',
    ])
    expect(code).toBe(0)

    const shown = await read(`/api/tickets/status?reservationId=${behind}`, position, tokens.alice)
    expect([shown.status, shown.body.status, shown.body.stale]).toEqual([200, 'held', 'stream-incomplete'])
    await until(async () => (await metric('onsale_projection_dropped_events', 'seats')) === 1)
    const { dropped, parked, violations } = await audited()
    expect(dropped.map(({ projection }) => projection).sort()).toEqual(everyProjection)
    for (const one of dropped)
      expect(one).toMatchObject({ show: healthy, partition, offset: poison, by: 'ops-1', why: 'not-ours' })
    expect(parked).toEqual([])
    expect(violations).toContainEqual(expect.objectContaining({ invariant: 'record-wrong', offset: poison }))
    expect(violations.filter(({ invariant }) => invariant.startsWith('read-model'))).toEqual([])
  })
})
