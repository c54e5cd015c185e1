import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { TestApp } from './testing/test-app.js'

const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const reservationId = `${showId}.0193a3c3-7d1e-7c3b-9a52-0c6f3b1d2e4f`
const plan = {
  name: 'Hall',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'front', name: 'Front', color: '#00aa77' }],
  sections: [
    {
      id: 's',
      name: 'S',
      rows: [{ id: 'r', name: 'R', seats: [{ id: 'A-1', number: '1', category: 'front', x: 1, y: 1 }] }],
    },
  ],
  areas: [{ id: 'floor', name: 'Floor', category: 'front', capacity: 10 }],
}

let it: TestApp
beforeEach(async () => {
  it = await new TestApp().start()
})
afterEach(async () => {
  expect(it.log.appended).toEqual([])
  await it.stop()
})

const errorsOf = (body: Record<string, unknown>) =>
  (body.errors as { field: string; rule: string }[]).map(({ field, rule }) => `${field}: ${rule}`).sort()

describe('each bad field of a request is named with its rule', () => {
  test.each<[string, unknown, string[]]>([
    ['reserve', {}, ['showId: required']],
    ['reserve', [], ['body: not-object']],
    ['reserve', { showId: 'x' }, ['showId: show-id']],
    ['reserve', { showId: `01${showId.slice(1)}` }, ['showId: show-id']],
    ['reserve', { showId: 7 }, ['showId: not-string']],
    ['reserve', { showId, seats: 'A-1' }, ['seats: not-array']],
    ['reserve', { showId, seats: [1] }, ['seats.0: not-string']],
    ['reserve', { showId, seats: [''] }, ['seats.0: min-1']],
    ['reserve', { showId, seats: ['a\u0000'] }, ['seats.0: no-control-characters']],
    ['reserve', { showId, seats: ['x'.repeat(65)] }, ['seats.0: max-64']],
    ['reserve', { showId, seats: Array.from({ length: 1_001 }, (_, at) => `s${at}`) }, ['seats: max-1000']],
    ['reserve', { showId, areas: [{ area: 'floor', quantity: 0 }] }, ['areas.0.quantity: min-1']],
    ['reserve', { showId, areas: [{ area: 'floor', quantity: -3 }] }, ['areas.0.quantity: min-1']],
    ['reserve', { showId, areas: [{ area: 'floor', quantity: 1e6 }] }, ['areas.0.quantity: max-1000']],
    ['reserve', { showId, areas: [{ area: 'floor', quantity: 1.5 }] }, ['areas.0.quantity: not-integer']],
    [
      'reserve',
      { showId, areas: [{ quantity: 1, sex: 'f' }] },
      ['areas.0.area: required', 'areas.0.sex: unknown-field'],
    ],
    ['reserve', { showId, customerId: 'other', price: 0 }, ['customerId: unknown-field', 'price: unknown-field']],
    ['release', {}, ['reservationId: required']],
    ['release', { reservationId: showId }, ['reservationId: reservation-id']],
    ['release', { reservationId, x: 1 }, ['x: unknown-field']],
    ['cancel', { reservationId: 'x' }, ['reservationId: reservation-id']],
    ['cancel', { reservationId, reason: 'I was ill' }, ['reason: code']],
    ['cancel', { reservationId, reason: 'x'.repeat(65) }, ['reason: max-64']],
    ['confirm', { reservationId: null }, ['reservationId: not-string']],
    ['confirm', { reservationId, confirmedBy: 'me' }, ['confirmedBy: unknown-field']],
  ])('%s %j', async (route, body, expected) => {
    const answer = await it.post(`/api/tickets/${route}`, body, { roles: ['admin'] })
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-input'])
    expect(errorsOf(answer.body)).toEqual(expected)
  })
})

describe('Idempotency-Key', () => {
  test.each([
    ['absent', null, 'idempotency-key-missing', 'required'],
    ['empty', '', 'idempotency-key-missing', 'required'],
    ['blank', '  ', 'idempotency-key-invalid', 'printable-ascii-1-255'],
    ['too long', 'k'.repeat(256), 'idempotency-key-invalid', 'printable-ascii-1-255'],
    ['not ASCII', 'schlüssel', 'idempotency-key-invalid', 'printable-ascii-1-255'],
    ['with a tab', 'a\tb', 'idempotency-key-invalid', 'printable-ascii-1-255'],
  ])('%s is 400', async (_, key, code, rule) => {
    const { status, body } = await it.post(
      '/api/tickets/release',
      { reservationId },
      { headers: { 'idempotency-key': key } },
    )
    expect([status, body.code]).toEqual([400, code])
    expect(errorsOf(body)).toEqual([`Idempotency-Key: ${rule}`])
  })

  test('is needed for a venue, too', async () => {
    const { status } = await it.post('/api/venues', plan, {
      roles: ['organizer'],
      headers: { 'idempotency-key': null },
    })
    expect(status).toBe(400)
  })
})

describe('who may', () => {
  test.each([
    ['/api/tickets/confirm', 'visitor'],
    ['/api/tickets/confirm', 'organizer'],
    ['/api/venues', 'visitor'],
    ['/api/venues', 'box-office'],
    ['/api/shows', 'visitor'],
    ['/api/shows', 'analyst'],
  ])('%s is 403 for %s', async (url, role) => {
    const { status, body } = await it.post(url, {}, { roles: [role] })
    expect([status, body.code]).toEqual([403, 'role-missing'])
  })

  test.each([
    '/api/tickets/reserve',
    '/api/tickets/release',
    '/api/tickets/cancel',
    '/api/tickets/confirm',
    '/api/venues',
    '/api/shows',
  ])('%s is 401 without a token, whatever the body', async (url) => {
    const { status, body, headers } = await it.post(url, {}, { headers: { authorization: null } })
    expect([status, body.code]).toEqual([401, 'token-missing'])
    expect(headers['www-authenticate']).toBe('Bearer realm="onsale"')
  })

  test.each<[string, { header?: Record<string, unknown>; claims?: Record<string, unknown> }]>([
    ['token-key-unknown', { header: { kid: 'other' } }],
    ['token-audience', { claims: { aud: 'other' } }],
    ['token-issuer', { claims: { iss: 'other' } }],
    ['token-expired', { claims: { exp: 1 } }],
  ])('%s is 401', async (code, parts) => {
    const authorization = `Bearer ${await it.tokens.token(parts)}`
    const { status, body, headers } = await it.post('/api/tickets/reserve', { showId }, { headers: { authorization } })
    expect([status, body.code]).toEqual([401, code])
    expect(headers['www-authenticate']).toContain('error="invalid_token"')
  })

  test('alg none is 401', async () => {
    const [, payload] = (await it.tokens.token()).split('.')
    const authorization = `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const { status, body } = await it.post('/api/tickets/reserve', { showId }, { headers: { authorization } })
    expect([status, body.code]).toEqual([401, 'token-algorithm'])
  })
})

describe('what is not a request', () => {
  test.each<[string, string, Record<string, string>, number, string]>([
    ['a 5 MB body', `{"x":"${'a'.repeat(5e6)}"}`, {}, 413, 'body-too-large'],
    ['just over the limit', `{"x":"${'a'.repeat(256 * 1024)}"}`, {}, 413, 'body-too-large'],
    ['malformed JSON', '{"showId":', {}, 400, 'malformed-json'],
    ['an empty body', '', {}, 400, 'malformed-json'],
    ['a prototype in the body', '{"__proto__":{"x":1}}', {}, 400, 'malformed-json'],
    ['text', 'showId=1', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a form', 'showId=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['XML', '<x/>', { 'content-type': 'application/xml' }, 415, 'unsupported-media-type'],
  ])('%s', async (_, body, headers, status, code) => {
    const answer = await it.post('/api/tickets/reserve', body, {
      headers: { 'x-correlation-id': 'corr-1', ...headers },
    })
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.headers['x-correlation-id']).toBe('corr-1')
    expect(answer.body.correlationId).toBe('corr-1')
  })

  test('an unknown address is 404, an unknown method 405 with Allow', async () => {
    const unknown = await it.app.inject({ method: 'POST', url: '/api/nothing?x=1' })
    expect([unknown.statusCode, unknown.json<{ code: string; instance: string }>()]).toMatchObject([
      404,
      { code: 'route-not-found', instance: '/api/nothing' },
    ])
    const method = await it.app.inject({ method: 'DELETE', url: '/api/tickets/reserve' })
    expect([method.statusCode, method.headers.allow, method.json<{ code: string }>().code]).toEqual([
      405,
      'POST',
      'method-not-allowed',
    ])
    expect((await it.app.inject({ method: 'POST', url: '/health/live' })).statusCode).toBe(405)
  })

  test('a bug is 500 and says nothing of what is inside, but to the log', async () => {
    it.ingress.submit = () => Promise.reject(new Error('secret of the inside'))
    const { status, body } = await it.post('/api/tickets/release', { reservationId })
    expect([status, body.code]).toEqual([500, 'internal-error'])
    expect(JSON.stringify(body)).not.toContain('secret of the inside')
    expect(it.errors).toMatchObject([{ err: { message: 'secret of the inside' }, correlationId: body.correlationId }])
  })

  test('a correlation id is made where there is none that is fit', async () => {
    for (const id of [null, 'with space', 'x'.repeat(129)]) {
      const { headers } = await it.post('/api/tickets/release', {}, { headers: { 'x-correlation-id': id } })
      expect(headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })
})

describe('venues', () => {
  const post = (body: unknown, headers = {}) => it.post('/api/venues', body, { roles: ['organizer'], headers })

  test('201 with the hash and what it counts', async () => {
    const { status, body, headers } = await post(plan)
    expect([status, body]).toEqual([201, { planHash: 'ab'.repeat(32), seats: 1, places: 10 }])
    expect(headers.location).toBe(`/api/venues/${'ab'.repeat(32)}`)
    expect(JSON.parse(it.stored[0]?.canonicalJson as string)).toEqual(plan)
  })

  test('may be megabytes, for whoever has a token', async () => {
    const seats = Array.from({ length: 20_000 }, (_, at) => ({
      id: `seat-${at}`,
      number: `${at}`,
      category: 'front',
      x: at,
      y: 0,
    }))
    const large = { ...plan, sections: [{ id: 's', name: 'S', rows: [{ id: 'r', name: 'R', seats }] }] }
    expect(JSON.stringify(large).length).toBeGreaterThan(1_000_000)
    expect(await post(large)).toMatchObject({ status: 201, body: { seats: 20_000 } })
    // A stranger's body is not even read: the token is missing before the JSON is found to be none.
    expect(await post(`{${'x'.repeat(1_000_000)}`, { authorization: null })).toMatchObject({ status: 401 })
    expect(await post(`"${'x'.repeat(17 * 1024 * 1024)}"`)).toMatchObject({ status: 413 })
  })

  test.each<[string, object, number, string, string]>([
    ['without a name', { ...plan, name: undefined }, 400, 'invalid-input', 'name: required'],
    ['with a field of its own', { ...plan, organizer: 'me' }, 400, 'invalid-input', 'organizer: unknown-field'],
    [
      'with half a place',
      { ...plan, areas: [{ id: 'f', name: 'F', category: 'front', capacity: 0.5 }] },
      400,
      'invalid-input',
      'areas.0.capacity: not-integer',
    ],
    [
      'without places',
      { ...plan, sections: [], areas: [] },
      422,
      'plan-invalid',
      'sections, areas: a plan has at least one place',
    ],
    [
      'with an unknown category',
      { ...plan, areas: [{ id: 'f', name: 'F', category: 'back', capacity: 1 }] },
      422,
      'plan-invalid',
      'areas[0].category: "back" is not a category of the plan',
    ],
  ])('%s', async (_, body, status, code, error) => {
    const answer = await post(body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(errorsOf(answer.body)).toEqual([error])
  })

  test('503 where it is not known whether it was stored', async () => {
    it.storeFails = true
    expect(await post(plan)).toMatchObject({ status: 503, body: { code: 'append-unknown' } })
  })
})

test('health', async () => {
  expect((await it.app.inject('/health/live')).json()).toEqual({ status: 'ok', reasons: [] })
  expect((await it.app.inject('/health/ready')).statusCode).toBe(200)
  it.ready = ['the answer tail has not caught up']
  const ready = await it.app.inject('/health/ready')
  expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'unavailable', reasons: it.ready }])
})
