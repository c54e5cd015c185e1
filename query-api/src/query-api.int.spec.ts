import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type SuiteServers, suiteServers } from '@onsale/infra'
import { parseConfig } from '@onsale/platform/config'
import { decodePosition, encodeAcceptance, encodePosition } from '@onsale/platform/http'
import { topicNames } from '@onsale/platform/log'
import { openPool } from '@onsale/platform/sql'
import type { RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import { queryApiVariables } from './config.js'
import { startQueryApi } from './start-query-api.js'
import { commandIds, planHash, ReadModels, reservationId, showId } from './testing/read-models.js'
import { audience, bearer, issuer, writeJwks } from './testing/test-tokens.js'

// Long before this something hangs; how fast it is, nothing here says.
jest.setTimeout(180_000)

const secret = Buffer.alloc(32, 7)
const positionWaitMs = 400
const unknownShow = showId.replace('e4f', 'eee')

let servers: SuiteServers
let models: ReadModels
let api: Awaited<ReturnType<typeof startQueryApi>>
let events: string
let stopped: Promise<void> | undefined
const stopOnce = () => {
  stopped ??= api?.stop()
  return stopped
}

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${api.url}${path}`, { headers })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
}
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}
const metric = async (name: string) => {
  const text = await (await fetch(`${api.url}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1),
  )
}
const position = (offset: number, topic = events) => encodePosition({ topic, partition: 0, offset })
const own = bearer('customer-1', 'visitor')
const boxOffice = bearer('staff-1', 'box-office')
const organizer = bearer('staff-2', 'organizer')
const stranger = bearer('customer-2', 'visitor', 'analyst')

beforeAll(async () => {
  servers = await suiteServers('query-api', { tables: true })
  const config = parseConfig(queryApiVariables, {
    ...servers.variables,
    ONSALE_HTTP_PORT: '0',
    ONSALE_JWKS_FILE: writeJwks(),
    ONSALE_TOKEN_ISSUER: issuer,
    ONSALE_TOKEN_AUDIENCE: audience,
    ONSALE_ACCEPTANCE_SECRET: secret.toString('base64url'),
    ONSALE_POSITION_WAIT_MS: String(positionWaitMs),
  })
  events = topicNames(config.env).events
  models = new ReadModels(servers.variables.ONSALE_SQL_PRIMARY_URL as string, events)
  await models.oneShow()
  await models.show(`${showId.slice(0, -1)}0`, 86_400_000)
  await models.show(`${showId.slice(0, -1)}1`, 1)
  api = await startQueryApi(config, pino({ level: 'silent' }))
  await until(async () => (await get('/health/ready')).status === 200)
  await until(async () => (await get(`/api/shows/${showId}?position=${position(9)}`)).status === 200)
})
afterAll(async () => {
  await stopOnce()
  await models?.pool.end()
  await servers?.drop()
})

/** The events of a stream as they come; `stop` hangs up. */
async function listen(path: string, headers: Record<string, string> = {}) {
  // A connection of its own: fetch opens another for the one that is hung up, and the service would wait for it.
  const request = httpGet(`${api.url}${path}`, { agent: false, headers })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const heard: { id: string; event: string; data: { version: number; seats?: [number, string][] } }[] = []
  let text = ''
  response.setEncoding('utf8')
  response.on('error', () => {})
  response.on('data', (chunk: string) => {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)))
      text = text.slice(end + 2)
      if (fields.data) heard.push({ id: fields.id, event: fields.event, data: JSON.parse(fields.data) })
    }
  })
  return { response, heard, ended: () => response.closed, stop: () => request.destroy() }
}

describe('shows', () => {
  it('are listed in the order in which they start, page by page', async () => {
    const first = await get('/api/shows?limit=2')
    expect(first.body.shows.map(({ showId: id }: { showId: string }) => id.at(-1))).toEqual(['1', '0'])
    const second = await get(`/api/shows?limit=2&cursor=${first.body.next}`)
    expect(second.body).toMatchObject({ shows: [{ showId }], next: null })
  })

  it('a show says what is free, and where the answer stands', async () => {
    const { status, body, headers } = await get(`/api/shows/${showId}`)
    expect(status).toBe(200)
    expect(body).toEqual({
      showId,
      title: 'A night',
      state: 'published',
      orphanRule: 'off',
      venue: 'Small hall',
      planHash,
      currency: 'EUR',
      categories: [{ id: 'A', name: 'Front', color: '#f00', priceMinor: 5_000, places: 3 }],
      perCustomerLimit: 8,
      holdSeconds: 300,
      salesFrom: '1970-01-01T00:00:00.000Z',
      salesUntil: '1970-01-02T00:00:00.000Z',
      startsAt: '1970-01-02T00:00:00.000Z',
      capacity: 103,
      free: 99,
      held: 3,
      sold: 1,
      position: position(9),
    })
    expect(headers.get('onsale-position')).toBe(position(9))
    expect(headers.get('x-correlation-id')).toBeTruthy()
  })

  it.each([[`/api/shows/${unknownShow}`], ['/api/shows/anything'], [`/api/shows/${unknownShow}/seats`]])(
    '%s is not there',
    async (path) => {
      expect(await get(path)).toMatchObject({
        status: 404,
        body: { code: 'show-not-found', type: 'https://onsale.dev/problems/show-not-found', status: 404 },
      })
    },
  )

  it.each([
    ['/api/shows?colour=red', 'colour', 'unknown-field'],
    ['/api/shows?limit=0', 'limit', 'min-1'],
    ['/api/shows?limit=1000', 'limit', 'max-100'],
    ['/api/shows?limit=x', 'limit', 'not-integer'],
    ['/api/shows?cursor=x', 'cursor', 'page-cursor'],
    [`/api/shows/${showId}?x=1`, 'x', 'unknown-field'],
    [`/api/shows/${showId}?position=x`, 'position', 'position-token'],
    [`/api/shows/${showId}/seats?only=everything`, 'only', 'one-of-status'],
    ['/api/venues?x=1', 'x', 'unknown-field'],
  ])('%s is refused by name', async (path, field, rule) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { code: 'invalid-input', errors: [{ field, rule }] } })
  })

  it('writes are not taken here', async () => {
    const response = await fetch(`${api.url}/api/shows`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toContain('GET')
  })
})

describe('a position', () => {
  it('is waited for, and the answer shows it', async () => {
    const answer = get(`/api/shows/${showId}`, { 'onsale-position': position(10) })
    await until(async () => (await metric('onsale_position_waiters')) === 1)
    await models.pool.query('UPDATE shows_v1 SET held = 2 WHERE show_id = ?', [showId])
    await models.checkpoint(11, ['shows'])
    expect(await answer).toMatchObject({ status: 200, body: { held: 2, position: position(10) } })
  })

  it('that does not come is 503, later than the wait and with Retry-After', async () => {
    const began = Date.now()
    const answer = await get(`/api/shows/${showId}?position=${position(1_000)}`)
    expect(Date.now() - began).toBeGreaterThanOrEqual(positionWaitMs - 1)
    expect(answer).toMatchObject({ status: 503, body: { code: 'not-yet-projected' } })
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await metric('onsale_position_waiters')).toBe(0)
  })

  it('of another log is refused; one that does not concern what is read is not waited for', async () => {
    expect(await get(`/api/shows/${showId}?position=${position(0, 'other.events')}`)).toMatchObject({ status: 400 })
    expect(await get(`/api/venues?position=${position(1_000)}`)).toMatchObject({ status: 200 })
  })

  it('in the header is checked as well', async () => {
    expect(await get(`/api/shows/${showId}`, { 'onsale-position': 'x' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'Onsale-Position', rule: 'position-token' }] },
    })
    expect(await get(`/api/shows/${showId}?position=${position(1)}`, { 'onsale-position': position(2) })).toMatchObject(
      {
        status: 400,
        body: { errors: [{ field: 'Onsale-Position', rule: 'differs-from-query' }] },
      },
    )
  })
})

describe('the status of a reservation', () => {
  const path = `/api/tickets/status?reservationId=${reservationId}`

  it.each([
    ['its customer', own],
    ['the box office', boxOffice],
    ['an organizer', organizer],
  ])('is shown to %s', async (_, headers) => {
    const { status, body } = await get(path, headers)
    expect(status).toBe(200)
    expect(body).toEqual({
      reservationId,
      showId,
      customerId: 'customer-1',
      status: 'held',
      seats: [{ seat: 'z', section: 'Stalls', row: '1', number: '1', category: 'A', priceMinor: 5_000 }],
      areas: [{ area: 'F', name: 'Floor', quantity: 2, category: 'B', priceMinor: 2_500 }],
      currency: 'EUR',
      totalMinor: 10_000,
      heldAt: '1970-01-01T00:00:01.000Z',
      expiresAt: '1970-01-01T00:05:01.000Z',
      notes: [],
      position: position(9),
    })
  })

  it("someone else's, an analyst's and a missing one are the same 404", async () => {
    expect(await get(path, stranger)).toMatchObject({ status: 404, body: { code: 'reservation-not-found' } })
    const missing = `/api/tickets/status?reservationId=${showId}.0193a3c2-0000-7000-8000-000000000002`
    expect(await get(missing, boxOffice)).toMatchObject({ status: 404, body: { code: 'reservation-not-found' } })
  })

  it('needs a token', async () => {
    expect(await get(path)).toMatchObject({ status: 401, body: { code: 'token-missing' } })
  })

  it.each([
    ['', 'reservationId', 'this-or-command-id'],
    [`?reservationId=${reservationId}&commandId=${commandIds.accepted}`, 'commandId', 'not-with-reservation-id'],
    [`?reservationId=${reservationId}&acceptance=x`, 'acceptance', 'only-with-command-id'],
    ['?reservationId=1', 'reservationId', 'reservation-id'],
    ['?commandId=1', 'commandId', 'command-id'],
    [`?commandId=${commandIds.accepted}&show=1`, 'show', 'unknown-field'],
  ])('the query "%s" is refused by name', async (query, field, rule) => {
    expect(await get(`/api/tickets/status${query}`, own)).toMatchObject({
      status: 400,
      body: { errors: [{ field, rule }] },
    })
  })
})

describe('the status of a command', () => {
  const path = (commandId: string, acceptance?: string) =>
    `/api/tickets/status?commandId=${commandId}${acceptance ? `&acceptance=${acceptance}` : ''}`
  const acceptance = (more: object = {}) =>
    encodeAcceptance(
      {
        commandId: commandIds.unknown,
        callerId: 'customer-1',
        showId,
        partition: 0,
        expiresAt: Date.now() + 60_000,
        ...more,
      },
      secret,
    )

  it('is accepted, with its reservation', async () => {
    expect((await get(path(commandIds.accepted), own)).body).toEqual({
      commandId: commandIds.accepted,
      status: 'accepted',
      reservationId,
      position: position(9),
    })
  })

  it('is rejected, with the reason', async () => {
    expect((await get(path(commandIds.rejected), own)).body).toEqual({
      commandId: commandIds.rejected,
      status: 'rejected',
      reason: 'seat-taken',
      details: ['z'],
      position: position(9),
    })
  })

  it('is pending where we took it and its answer cannot be read yet', async () => {
    const answer = await get(path(commandIds.unknown, acceptance()), own)
    expect(answer).toMatchObject({ status: 200, body: { commandId: commandIds.unknown, status: 'pending' } })
    expect(answer.headers.get('retry-after')).toBe('1')
  })

  it('is its answer where that can be read, with or without the acceptance', async () => {
    expect(await get(path(commandIds.accepted, acceptance({ commandId: commandIds.accepted })), own)).toMatchObject({
      body: { status: 'accepted' },
    })
  })

  it.each([
    ['of an unknown command', () => path(commandIds.unknown), own],
    ["of someone else's command", () => path(commandIds.accepted), stranger],
    ["with someone else's acceptance", () => path(commandIds.unknown, acceptance()), stranger],
    [
      'with the acceptance of another command',
      () => path(commandIds.unknown, acceptance({ commandId: commandIds.accepted })),
      own,
    ],
    ['with an expired acceptance', () => path(commandIds.unknown, acceptance({ expiresAt: Date.now() - 1 })), own],
    ['with an acceptance that was changed', () => path(commandIds.unknown, `x${acceptance()}`), own],
  ])('%s is 404', async (_, url, headers) => {
    expect(await get(url(), headers)).toMatchObject({ status: 404, body: { code: 'command-not-found' } })
  })
})

describe('the seats of a show', () => {
  const path = `/api/shows/${showId}/seats`

  it('come in columns, in the order of the plan', async () => {
    const { status, body, headers } = await get(path)
    expect(status).toBe(200)
    expect(body).toEqual({
      showId,
      version: 4,
      status: 'hfs',
      areas: [{ id: 'F', name: 'Floor', category: 'B', capacity: 100, free: 98, held: 2, sold: 0 }],
      planHash,
      currency: 'EUR',
      categories: [
        { id: 'A', name: 'Front', color: '#f00', priceMinor: 5_000 },
        { id: 'B', name: 'Floor', color: '#0f0', priceMinor: 2_500 },
      ],
      accessible: { wheelchair: ['b'], companion: [] },
      sections: [
        {
          id: 'S',
          name: 'Stalls',
          rows: [
            {
              id: 'S-1',
              name: '1',
              seats: ['z', 'b'],
              numbers: ['1', '2'],
              categories: [0, 0],
              x: [0, 1],
              y: [1.5, 1.5],
            },
            { id: 'S-2', name: '2', seats: ['a'], numbers: ['3'], categories: [0], x: [2], y: [1.5] },
          ],
        },
      ],
    })
    expect(decodePosition(headers.get('onsale-position') as string)).toMatchObject({ offset: 9 })
  })

  it('come compressed to whom takes it', async () => {
    const plain = await get(path, { 'accept-encoding': 'identity' })
    const response = await fetch(`${api.url}${path}`, { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('vary')).toBe('accept-encoding')
    expect(await response.json()).toEqual(plain.body)
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(plain.headers.get('etag')).not.toBe(response.headers.get('etag'))
  })

  it('only their status, where only that is wanted', async () => {
    expect(Object.keys((await get(`${path}?only=status`)).body)).toEqual([
      'showId',
      'planHash',
      'version',
      'status',
      'areas',
    ])
  })

  it('are 304 to whom has this version, and new to whom has an older one', async () => {
    const first = await get(path)
    const etag = first.headers.get('etag') as string
    const again = await get(path, { 'if-none-match': etag })
    expect(again).toMatchObject({ status: 304, body: null })
    expect(again.headers.get('onsale-position')).toBeTruthy()
    expect((await get(`${path}?only=status`, { 'if-none-match': etag })).status).toBe(200)

    await models.pool.query("UPDATE seats_v1 SET status = 'held' WHERE seat_id = 'b'")
    await models.seatsVersion(5)
    await models.checkpoint(20, ['seats'])
    const changed = await get(`${path}?position=${position(19)}`, { 'if-none-match': etag })
    expect(changed).toMatchObject({ status: 200, body: { version: 5, status: 'hhs' } })
  })
})

describe('the sales of a show', () => {
  const path = `/api/shows/${showId}/sales`

  it('are shown by the minute, page by page, to organizers', async () => {
    const first = await get(`${path}?limit=2`, organizer)
    expect(first.body).toMatchObject({
      showId,
      currency: 'EUR',
      minutes: [
        { minute: '1970-01-01T00:00:00.000Z', heldPlaces: 3, soldPlaces: 0, soldMinor: 0 },
        { minute: '1970-01-01T00:01:00.000Z', soldPlaces: 1, soldMinor: 5_000, letGoPlaces: 0, cancelledPlaces: 0 },
      ],
    })
    const second = await get(`${path}?limit=2&cursor=${first.body.next}`, organizer)
    expect(second.body).toMatchObject({ minutes: [{ soldPlaces: 2 }], next: null })
  })

  it('and to nobody else', async () => {
    expect(await get(path, own)).toMatchObject({ status: 403, body: { code: 'role-missing' } })
    expect(await get(path)).toMatchObject({ status: 401 })
  })
})

describe('venues', () => {
  it('are listed page by page', async () => {
    const first = await get('/api/venues?limit=1')
    expect(first.body.venues).toEqual([{ planHash, name: 'Small hall', seats: 3, places: 100 }])
    const second = await get(`/api/venues?limit=1&cursor=${first.body.next}`)
    expect(second.body).toMatchObject({ venues: [{ name: 'Empty' }], next: null })
  })

  it('one has its categories, sections and areas', async () => {
    expect((await get(`/api/venues/${planHash}`)).body).toEqual({
      planHash,
      name: 'Small hall',
      seats: 3,
      places: 100,
      categories: [{ id: 'A', name: 'Front', color: '#f00', places: 3 }],
      sections: [{ id: 'S', name: 'Stalls', seats: 3 }],
      areas: [{ id: 'F', name: 'Floor', category: 'B', capacity: 100 }],
    })
    expect(await get('/api/venues/x')).toMatchObject({ status: 404, body: { code: 'plan-not-found' } })
  })
})

describe('the life of a show', () => {
  const another = `${showId.slice(0, -1)}2`
  const hidden = `${showId.slice(0, -1)}3`
  const columns = {
    paused: { paused_at: 1, pause_reason: 'fraud' },
    cancelled: { cancelled_at: 2, cancel_reason: 'ill' },
  }
  const change = async (id: string, set: object) => {
    await models.pool.query('UPDATE shows_v1 SET ? WHERE show_id = ?', [set, id])
    await until(async () => {
      const { rows } = await seen(id)
      return Object.entries(set).every(([column, value]) => rows[0]?.[column] === value)
    })
  }
  /** What the replica has. */
  const seen = async (id: string) => {
    const pool = openPool({ url: servers.variables.ONSALE_SQL_REPLICA_URL as string, connections: 1 })
    const [rows] = await pool.query<RowDataPacket[]>('SELECT * FROM shows_v1 WHERE show_id = ?', [id])
    await pool.end()
    return { rows }
  }

  it('is told, with the reason', async () => {
    await models.show(another, 5, { orphan_rule: 'refuse' })
    await until(async () => (await seen(another)).rows.length === 1)
    expect((await get(`/api/shows/${another}`)).body).toMatchObject({ state: 'published', orphanRule: 'refuse' })
    await change(another, columns.paused)
    expect((await get(`/api/shows/${another}`)).body).toMatchObject({ state: 'paused', stateReason: 'fraud' })
    await change(another, columns.cancelled)
    expect((await get(`/api/shows/${another}`)).body).toMatchObject({ state: 'cancelled', stateReason: 'ill' })
    await change(another, { published_at: null })
    expect((await get(`/api/shows/${another}`, organizer)).body).toMatchObject({ state: 'cancelled' })
    expect(await get(`/api/shows/${another}`)).toMatchObject({ status: 404 })
    await models.pool.query('DELETE FROM shows_v1 WHERE show_id = ?', [another])
  })

  it('before it is published it is shown to organizers alone', async () => {
    await models.show(hidden, 6, { published_at: null })
    await models.insert('seat_maps_v1', [
      {
        show_id: hidden,
        plan_hash: planHash,
        currency: 'EUR',
        categories: '[]',
        prices: '[]',
        sections: '[]',
        seats: 0,
        published: 0,
      },
    ])
    await models.insert('projection_stream', [{ projection: 'seats', version: 1, stream: hidden, stream_version: 1 }])
    const listed = async (headers = {}) =>
      (await get('/api/shows', headers)).body.shows.map((show: { showId: string }) => show.showId)
    await until(async () => (await listed(organizer)).includes(hidden))
    await until(async () => (await get(`/api/shows/${hidden}/seats`, organizer)).status === 200)
    expect((await get(`/api/shows/${hidden}`, organizer)).body).toMatchObject({ state: 'unpublished' })
    const seats = await get(`/api/shows/${hidden}/seats`, organizer)
    expect(seats.headers.get('cache-control')).toBe('private, no-cache')
    for (const headers of [{}, own, boxOffice]) {
      expect(await listed(headers)).not.toContain(hidden)
      for (const path of [`/api/shows/${hidden}`, `/api/shows/${hidden}/seats`])
        expect(await get(path, headers)).toMatchObject({ status: 404, body: { code: 'show-not-found' } })
    }
    await models.pool.query('DELETE FROM shows_v1 WHERE show_id = ?', [hidden])
  })
})

describe('a parked stream', () => {
  const all = ['shows', 'seats', 'reservations', 'command_status', 'sales_per_minute']
  const unknown = `${showId.slice(0, -1)}9`
  const another = `${showId.slice(0, -1)}0`
  const reservation = `/api/tickets/status?reservationId=${reservationId}`
  const acceptanceOf = (id: string) =>
    encodeAcceptance(
      {
        commandId: commandIds.unknown,
        callerId: 'customer-1',
        showId: id,
        partition: 0,
        expiresAt: Date.now() + 60_000,
      },
      secret,
    )
  const pendingOf = (id: string) => `/api/tickets/status?commandId=${commandIds.unknown}&acceptance=${acceptanceOf(id)}`

  beforeAll(async () => {
    await models.checkpoint(50)
    await models.park(showId, 30, all)
    await models.park(unknown, 40, all)
    await until(async () => (await get(`/api/shows/${showId}`)).headers.get('onsale-stale') !== null)
    await until(async () => (await get(`/api/shows/${unknown}`)).status === 503)
  })
  afterAll(async () => {
    await models.unpark()
    await until(async () => (await get(`/api/shows/${showId}`)).headers.get('onsale-stale') === null)
  })

  it.each([
    [`/api/shows/${showId}`, {}],
    [`/api/shows/${showId}/seats`, {}],
    [`/api/shows/${showId}/sales`, organizer],
    [reservation, own],
    [pendingOf(showId), own],
  ])('%s: with a position of it 503, without what there is', async (path, headers) => {
    for (const offset of [30, 45]) {
      const answer = await get(path, { ...headers, 'onsale-position': position(offset) })
      expect(answer).toMatchObject({ status: 503, body: { code: 'stream-parked' } })
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    for (const before of [{}, { 'onsale-position': position(29) }] as Record<string, string>[]) {
      const answer = await get(path, { ...headers, ...before })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('onsale-stale')).toBe('stream-parked')
      // It shows no more than what lies before the parked event.
      expect(answer.headers.get('onsale-position')).toBe(position(29))
      if (!path.includes('/seats'))
        expect(answer.body).toMatchObject({ stale: 'stream-parked', position: position(29) })
    }
  })

  it('that would have made what is asked for is 503, not 404', async () => {
    for (const path of [`/api/shows/${unknown}`, `/api/shows/${unknown}/seats`])
      expect(await get(path)).toMatchObject({ status: 503, body: { code: 'stream-parked' } })
    expect(await get(`/api/shows/${unknownShow}`)).toMatchObject({ status: 404 })
  })

  it('leaves the other streams of the partition alone', async () => {
    const answer = await get(`/api/shows/${another}?position=${position(45)}`)
    expect(answer).toMatchObject({ status: 200, body: { position: position(49) } })
    expect(answer.headers.get('onsale-stale')).toBeNull()
    expect(await get(`${pendingOf(another)}&position=${position(45)}`, own)).toMatchObject({ status: 200 })
  })

  it('is told in a list; a position there is refused where its own event is parked', async () => {
    const { body } = await get(`/api/shows?position=${position(45)}`)
    expect(body.shows.map(({ showId: id, stale }: { showId: string; stale?: string }) => [id.at(-1), stale])).toEqual([
      ['1', undefined],
      ['0', undefined],
      ['f', 'stream-parked'],
    ])
    for (const offset of [30, 40])
      expect(await get(`/api/shows?position=${position(offset)}`)).toMatchObject({
        status: 503,
        body: { code: 'stream-parked' },
      })
  })

  it('does not hide the answers that are there', async () => {
    const path = `/api/tickets/status?commandId=${commandIds.rejected}&position=${position(45)}`
    expect(await get(path, own)).toMatchObject({ status: 200, body: { status: 'rejected' } })
    expect(
      await get(`/api/tickets/status?commandId=${commandIds.unknown}&position=${position(40)}`, own),
    ).toMatchObject({ status: 503, body: { code: 'stream-parked' } })
  })

  it('in which an event was dropped is incomplete for good', async () => {
    await models.insert('projection_stream', [
      { projection: 'shows', version: 1, stream: another, stream_version: 4, incomplete: 1 },
    ])
    await until(async () => (await get(`/api/shows/${another}`)).headers.get('onsale-stale') !== null)
    expect(await get(`/api/shows/${another}?position=${position(45)}`)).toMatchObject({
      status: 200,
      body: { stale: 'stream-incomplete', position: position(49) },
    })
    expect((await get(`/api/shows/${another}`)).headers.get('onsale-stale')).toBe('stream-incomplete')
  })
})

it('requests are measured by route', async () => {
  const text = await (await fetch(`${api.url}/metrics`)).text()
  expect(text).toContain('http_route="/api/shows/:id/seats"')
  expect(text).not.toContain(showId)
})

describe('the seats of a show as a stream', () => {
  const path = `/api/shows/${showId}/seats/stream`
  const change = async (version: number, seat: string, status: string) => {
    await models.pool.query('UPDATE seats_v1 SET status = ? WHERE seat_id = ?', [status, seat])
    await models.seatsVersion(version)
  }

  it('begins with all of the seats, goes on with what changes, and resumes where it was', async () => {
    const first = await listen(path)
    expect(first.response.statusCode).toBe(200)
    expect(first.response.headers['content-type']).toContain('text/event-stream')
    await until(async () => first.heard.length > 0)
    const [all] = first.heard
    expect(all).toMatchObject({ event: 'seats', data: { showId, status: expect.stringMatching(/^[fhsw]{3}$/) } })
    const version = all?.data.version as number
    await change(version + 1, 'b', 'sold')
    await until(async () => first.heard.length > 1)
    expect(first.heard[1]).toMatchObject({ event: 'changes', id: `1-${version + 1}`, data: { seats: [[1, 's']] } })
    const second = await listen(path)
    await until(async () => second.heard.length > 0)
    first.stop()
    await change(version + 2, 'b', 'free')
    await until(async () => second.heard.length > 1)
    const again = await listen(path, { 'last-event-id': first.heard[1]?.id as string })
    await until(async () => again.heard.length > 0)
    expect(again.heard).toEqual([second.heard[1]])
    const strange = await listen(path, { 'last-event-id': 'nonsense' })
    await until(async () => strange.heard.length > 0)
    expect(strange.heard[0]).toMatchObject({ event: 'seats', data: { version: version + 2 } })
    for (const one of [second, again, strange]) one.stop()
  })

  it('is not there for a show that is not', async () => {
    expect(await get(`/api/shows/${unknownShow}/seats/stream`)).toMatchObject({ status: 404 })
    expect(await get('/api/shows/nonsense/seats/stream')).toMatchObject({ status: 404 })
  })

  it('ends when the service does, and keeps it no longer', async () => {
    const one = await listen(path)
    await until(async () => one.heard.length > 0)
    const stopped = stopOnce()
    await until(async () => one.ended())
    await stopped
    expect(one.heard.length).toBe(1)
  })
})
