import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { showIdPattern } from '@onsale/domain'
import { decodePosition, verifyAcceptance } from '@onsale/platform/http'
import { header } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import type { Decide } from './testing/fake-log.js'
import { secret, TestApp } from './testing/test-app.js'

const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const reservationId = `${showId}.0193a3c3-7d1e-7c3b-9a52-0c6f3b1d2e4f`

let it: TestApp
beforeEach(async () => {
  it = await new TestApp().start()
})
afterEach(() => it.stop())

/** As the decider would hold, once for each command id. */
const holds: Decide = (append) => {
  const first = it.log.firstAnswer(append)
  if (first !== null) return [it.log.repeated(append, first)]
  const { customerId, reservationId: proposed } = append.data as { customerId: string; reservationId: string }
  const data = {
    showId: append.key,
    reservationId: proposed,
    customerId,
    seats: [{ seat: 'A-1', category: 'front', priceMinor: 90_000 }],
    areas: [],
    currency: 'KRW',
    totalMinor: 90_000,
    notes: [],
    heldAt: it.now,
    expiresAt: it.now + 300_000,
  }
  return [{ name: recordName.SeatsHeld, data }]
}

describe('reserve', () => {
  test('201 with the hold, its position and where to ask for it', async () => {
    it.log.decide = holds
    const { status, headers, body } = await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })
    expect(status).toBe(201)
    expect(body).toEqual({
      reservationId: expect.stringMatching(new RegExp(`^${showId}\\.[0-9a-f-]{36}$`)),
      showId,
      status: 'held',
      seats: [{ seat: 'A-1', category: 'front', priceMinor: 90_000 }],
      areas: [],
      currency: 'KRW',
      totalMinor: 90_000,
      notes: [],
      heldAt: '2026-09-21T14:13:20.000Z',
      expiresAt: '2026-09-21T14:18:20.000Z',
      position: headers['onsale-position'],
    })
    expect(decodePosition(String(headers['onsale-position']))).toEqual({
      topic: 'test.reservation.events',
      partition: 1,
      offset: 0,
    })
    expect(headers.location).toBe(`/api/tickets/status?reservationId=${body.reservationId}`)
    expect(headers['cache-control']).toBe('no-store')
  })

  test('the record that is appended', async () => {
    it.log.decide = holds
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await it.post(
      '/api/tickets/reserve',
      { showId, areas: [{ area: 'floor', quantity: 2 }] },
      { headers: { traceparent, 'x-correlation-id': 'corr-1' } },
    )
    expect(it.log.appended).toEqual([
      {
        partition: 1,
        key: showId,
        name: recordName.HoldSeats,
        data: {
          showId,
          reservationId: expect.stringMatching(new RegExp(`^${showId}\\.`)),
          customerId: 'customer-1',
          seats: [],
          areas: [{ area: 'floor', quantity: 2 }],
          bestAvailable: null,
          admission: null,
        },
        headers: {
          [header.id]: expect.stringMatching(/^[0-9a-f-]{36}$/),
          [header.type]: recordName.HoldSeats,
          [header.source]: '/onsale/command-api',
          [header.subject]: showId,
          [header.time]: '2026-09-21T14:13:20.000Z',
          [header.specVersion]: '1.0',
          [header.commandId]: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8/),
          [header.bodyHash]: expect.stringMatching(/^[0-9a-f]{64}$/),
          [header.callerId]: 'customer-1',
          [header.deadline]: String(it.now + 10_000),
          [header.correlationId]: 'corr-1',
          [header.traceparent]: traceparent,
        },
      },
    ])
  })

  test('200 parallel requests with one key get one and the same answer', async () => {
    it.log.decide = holds
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })),
    )
    const [first] = answers
    for (const { status, body, headers } of answers) {
      expect(status).toBe(201)
      expect(body).toEqual(first?.body)
      expect(headers['onsale-position']).toBe(first?.headers['onsale-position'])
    }
    expect(new Set(it.log.appended.map(({ headers }) => headers[header.commandId])).size).toBe(1)
    expect(new Set(it.log.appended.map(({ headers }) => headers[header.id])).size).toBe(200)
  })

  test('another key, show or caller is another command; another body of the same key has another hash', async () => {
    it.log.decide = holds
    const other = showId.replace('0c6f', 'ffff')
    await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })
    await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] }, { headers: { 'idempotency-key': 'key-2' } })
    await it.post('/api/tickets/reserve', { showId: other, seats: ['A-1'] })
    await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] }, { sub: 'customer-2' })
    await it.post('/api/tickets/reserve', { showId, seats: ['A-2'] })
    const identities = it.log.appended.map(({ headers }) => headers[header.commandId])
    expect(new Set(identities.slice(0, 4)).size).toBe(4)
    expect(identities[4]).toBe(identities[0])
    const hashes = it.log.appended.map(({ headers }) => headers[header.bodyHash])
    expect(hashes[4]).not.toBe(hashes[0])
    expect(hashes[1]).toBe(hashes[0])
  })

  test('a show in a partition that does not exist is 404, and nothing is appended', async () => {
    const { status, body } = await it.post('/api/tickets/reserve', { showId: `4${showId.slice(1)}`, seats: ['A-1'] })
    expect([status, body.code]).toEqual([404, 'show-not-found'])
    expect(it.log.appended).toEqual([])
  })

  test('nothing asked for is 422, and nothing is appended', async () => {
    const { status, body } = await it.post('/api/tickets/reserve', { showId, seats: [] })
    expect([status, body.code]).toEqual([422, 'nothing-to-hold'])
    expect(it.log.appended).toEqual([])
  })
})

describe('a refused command', () => {
  test.each([
    ['show-not-found', 404],
    ['reservation-not-found', 404],
    ['plan-not-found', 404],
    ['seat-not-found', 422],
    ['area-not-found', 422],
    ['nothing-to-hold', 422],
    ['prices-mismatch', 422],
    ['terms-invalid', 422],
    ['sales-window-invalid', 422],
    ['customer-limit', 422],
    ['idempotency-key-reused', 422],
    ['seat-taken', 409],
    ['area-full', 409],
    ['category-not-found', 422],
    ['companion-alone', 422],
    ['best-available-invalid', 422],
    ['capacity-exceeded', 422],
    ['seat-withdrawn', 409],
    ['orphan-seat', 409],
    ['no-seats-together', 409],
    ['sold-out', 409],
    ['sales-paused', 409],
    ['show-not-published', 409],
    ['show-cancelled', 409],
    ['already-extended', 409],
    ['extension-limit', 409],
    ['places-not-free', 409],
    ['plan-lacks-places', 409],
    ['malformed', 500],
    ['sales-not-open', 409],
    ['sales-closed', 409],
    ['hold-expired', 409],
    ['already-confirmed', 409],
    ['something-new', 409],
    ['deadline-passed', 503],
  ])('%s is %i', async (reason, status) => {
    it.log.decide = (append) => [it.log.rejected(append, reason, 'A-1')]
    const answer = await it.post(
      '/api/tickets/reserve',
      { showId, seats: ['A-1'] },
      { headers: { 'x-correlation-id': 'corr-1' } },
    )
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({
      type: `https://onsale.dev/problems/${reason}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      instance: '/api/tickets/reserve',
      code: reason,
      details: ['A-1'],
      correlationId: 'corr-1',
    })
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined)
    expect(decodePosition(String(answer.headers['onsale-position']))).toMatchObject({ partition: 1, offset: 0 })
  })
})

describe('release, cancel, confirm', () => {
  const reservation = { showId, reservationId, customerId: 'customer-1', seats: ['A-1'], areas: [] }

  test('release: 200', async () => {
    it.log.decide = () => [{ name: recordName.HoldReleased, data: { ...reservation, releasedAt: it.now } }]
    const { status, body } = await it.post('/api/tickets/release', { reservationId })
    expect([status, body]).toEqual([
      200,
      {
        reservationId,
        showId,
        status: 'released',
        releasedAt: '2026-09-21T14:13:20.000Z',
        position: expect.any(String),
      },
    ])
    expect(it.log.appended[0]).toMatchObject({
      name: recordName.ReleaseHold,
      data: { showId, reservationId, customerId: 'customer-1' },
    })
  })

  test.each([
    ['a visitor cancels as the customer', ['visitor'], 'customer-1'],
    ['the box office, too', ['box-office'], 'customer-1'],
    ['an organizer cancels anything', ['organizer'], null],
    ['an admin, too', ['admin'], null],
  ])('cancel: %s', async (_, roles, customerId) => {
    it.log.decide = ({ data }) => [
      {
        name: recordName.ReservationCancelled,
        data: { ...reservation, wasConfirmed: true, reason: (data as { reason: string }).reason, cancelledAt: it.now },
      },
    ]
    const { status, body } = await it.post('/api/tickets/cancel', { reservationId, reason: 'show-moved' }, { roles })
    expect([status, body]).toMatchObject([
      200,
      { status: 'cancelled', wasConfirmed: true, reason: 'show-moved', cancelledAt: '2026-09-21T14:13:20.000Z' },
    ])
    expect(it.log.appended[0]?.data).toEqual({ showId, reservationId, customerId, reason: 'show-moved' })
    await it.post('/api/tickets/cancel', { reservationId }, { roles })
    expect(it.log.appended[1]?.data).toMatchObject({ reason: 'requested' })
  })

  test.each(['box-office', 'admin'])('confirm: 200 for %s', async (role) => {
    it.log.decide = () => [
      {
        name: recordName.ReservationConfirmed,
        data: { ...reservation, confirmedBy: 'box-office', currency: 'EUR', totalMinor: 9_000, confirmedAt: it.now },
      },
    ]
    const { status, body } = await it.post('/api/tickets/confirm', { reservationId }, { roles: [role] })
    expect([status, body]).toMatchObject([
      200,
      { status: 'confirmed', confirmedBy: 'box-office', currency: 'EUR', totalMinor: 9_000 },
    ])
    expect(it.log.appended[0]).toMatchObject({
      name: recordName.ConfirmReservation,
      data: { confirmedBy: 'box-office' },
    })
  })
})

describe('shows', () => {
  const request = {
    planHash: 'ab'.repeat(32),
    title: ' A show ',
    currency: 'EUR',
    prices: [{ category: 'front', priceMinor: 9_000 }],
    perCustomerLimit: 4,
    holdSeconds: 300,
    salesFrom: '2026-10-01T10:00:00+02:00',
    salesUntil: '2026-12-01T00:00:00Z',
    startsAt: '2026-12-02T19:00:00Z',
  }
  const schedules: Decide = ({ data }) => [
    { name: recordName.ShowScheduled, data: { ...(data as object), capacity: 738, scheduledAt: it.now } },
  ]

  test('201; the same key gives the same show, however its times are spelt', async () => {
    it.log.decide = schedules
    const { status, body, headers } = await it.post('/api/shows', request, { roles: ['organizer'], sub: 'organizer-1' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      title: 'A show',
      holdSeconds: 300,
      salesFrom: '2026-10-01T08:00:00.000Z',
      capacity: 738,
      scheduledAt: '2026-09-21T14:13:20.000Z',
    })
    expect(headers.location).toBe(`/api/shows/${body.showId}`)
    await it.post(
      '/api/shows',
      { ...request, salesFrom: '2026-10-01T08:00:00Z' },
      { roles: ['admin'], sub: 'organizer-1' },
    )
    const [one, two] = it.log.appended
    expect(one?.key).toMatch(showIdPattern)
    expect(two?.key).toBe(one?.key)
    expect(two?.headers[header.commandId]).toBe(one?.headers[header.commandId])
    expect(two?.headers[header.bodyHash]).toBe(one?.headers[header.bodyHash])
    expect(one?.partition).toBe(Number(one?.key.split('.')[0]))
    expect(one?.data).toMatchObject({ holdMs: 300_000, salesFrom: Date.parse('2026-10-01T08:00:00Z') })
  })

  test.each([
    [{ planHash: 'AB'.repeat(32) }, 'planHash: plan-hash'],
    [{ title: '  ' }, 'title: min-1'],
    [{ title: 'x'.repeat(201) }, 'title: max-200'],
    [{ currency: 'euro' }, 'currency: currency'],
    [{ prices: [] }, 'prices: min-1'],
    [{ prices: [{ category: 'front', priceMinor: -1 }] }, 'prices.0.priceMinor: min-0'],
    [{ prices: [{ category: 'front', priceMinor: 1.5 }] }, 'prices.0.priceMinor: not-integer'],
    [{ perCustomerLimit: 0 }, 'perCustomerLimit: min-1'],
    [{ holdSeconds: 0 }, 'holdSeconds: min-1'],
    [{ holdSeconds: 1e9 }, 'holdSeconds: max-604800'],
    [{ salesFrom: '2026-10-01T10:00:00' }, 'salesFrom: not-iso-8601'],
    [{ salesUntil: 1_790_000_000_000 }, 'salesUntil: not-iso-8601'],
    [{ startsAt: '1969-12-31T00:00:00Z' }, 'startsAt: before-1970'],
    [{ showId: 'mine' }, 'showId: unknown-field'],
  ])('%j is 400', async (wrong, expected) => {
    const { status, body } = await it.post('/api/shows', { ...request, ...wrong }, { roles: ['organizer'] })
    expect([status, body.code]).toEqual([400, 'invalid-input'])
    expect((body.errors as { field: string; rule: string }[]).map(({ field, rule }) => `${field}: ${rule}`)).toEqual([
      expected,
    ])
    expect(it.log.appended).toEqual([])
  })
})

describe('an answer that does not come in time', () => {
  const asleep = async () => {
    while (it.timers.asleep === 0) await setImmediate()
  }

  test('is 202 once the broker has the command, with a signed acceptance', async () => {
    const answering = it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })
    await asleep()
    it.timers.elapse()
    const { status, headers, body } = await answering
    expect(status).toBe(202)
    expect(body).toEqual({
      commandId: it.log.appended[0]?.headers[header.commandId],
      status: 'pending',
      location: headers.location,
    })
    expect(headers['retry-after']).toBe('1')
    const location = new URL(String(headers.location), 'http://x')
    expect(location.pathname).toBe('/api/tickets/status')
    expect(location.searchParams.get('commandId')).toBe(body.commandId)
    expect(verifyAcceptance(location.searchParams.get('acceptance') as string, secret, it.now)).toEqual({
      commandId: body.commandId,
      callerId: 'customer-1',
      showId,
      partition: 1,
      expiresAt: it.now + 24 * 3_600_000,
    })
    expect(it.tail.waiting).toBe(0)
  })

  test('is not 202 before the broker has it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    it.log.acknowledgement = promise
    let status = 0
    const answering = it.post('/api/tickets/reserve', { showId, seats: ['A-1'] }).then((answer) => {
      status = answer.status
    })
    await asleep()
    it.timers.elapse()
    for (let turn = 0; turn < 20; turn += 1) await setImmediate()
    expect(status).toBe(0)
    resolve()
    await answering
    expect(status).toBe(202)
  })

  test('but before the broker’s acknowledgement is an answer', async () => {
    it.log.decide = holds
    it.log.acknowledgement = new Promise(() => {})
    expect((await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })).status).toBe(201)
  })

  test('and an append whose fate is unknown is 503', async () => {
    it.log.failAppends = true
    const { status, body, headers } = await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'append-unknown', '1'])
    expect(body.detail).toMatch(/same Idempotency-Key/)
    expect(it.tail.waiting).toBe(0)
  })

  test('an answer that cannot be read is asked for later', async () => {
    it.log.decide = (append) => [it.log.repeated(append, 77)]
    const answering = it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })
    expect((await answering).status).toBe(202)
  })
})

test('too many waiting requests: 503 overloaded, nothing appended', async () => {
  await it.stop()
  it = await new TestApp().start({ mostWaiting: 1 })
  const first = it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })
  while (it.tail.waiting === 0) await setImmediate()
  const { status, body, headers } = await it.post(
    '/api/tickets/reserve',
    { showId, seats: ['A-2'] },
    { headers: { 'idempotency-key': 'b' } },
  )
  expect([status, body.code, headers['retry-after']]).toEqual([503, 'overloaded', '1'])
  expect(it.log.appended).toHaveLength(1)
  while (it.timers.asleep === 0) await setImmediate()
  it.timers.elapse()
  await first
})

test('before kafka is there: 503 not-ready', async () => {
  it.ingress.partitions = null
  expect(await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })).toMatchObject({
    status: 503,
    body: { code: 'not-ready' },
  })
  const show = {
    planHash: 'ab'.repeat(32),
    title: 'x',
    currency: 'EUR',
    prices: [{ category: 'a', priceMinor: 1 }],
    perCustomerLimit: 1,
    holdSeconds: 1,
  }
  const times = {
    salesFrom: '2026-10-01T10:00:00Z',
    salesUntil: '2026-12-01T00:00:00Z',
    startsAt: '2026-12-02T19:00:00Z',
  }
  expect(await it.post('/api/shows', { ...show, ...times }, { roles: ['admin'] })).toMatchObject({
    status: 503,
    body: { code: 'not-ready' },
  })
})

test('metrics by type and outcome', async () => {
  it.log.decide = holds
  await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] })
  it.log.decide = (append) => [it.log.rejected(append, 'seat-taken')]
  await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] }, { headers: { 'idempotency-key': 'b' } })
  it.log.failAppends = true
  await it.post('/api/tickets/reserve', { showId, seats: ['A-1'] }, { headers: { 'idempotency-key': 'c' } })
  const text = (await it.app.inject('/metrics')).body
  expect(text).toContain('onsale_commands_total{type="HoldSeats",outcome="SeatsHeld"} 1')
  expect(text).toContain('onsale_commands_total{type="HoldSeats",outcome="CommandRejected"} 1')
  expect(text).toContain('onsale_commands_total{type="HoldSeats",outcome="append-unknown"} 1')
  expect(text).toContain('onsale_command_duration_seconds_count{type="HoldSeats"} 3')
  expect(text).toContain('onsale_commands_waiting 0')
})
