import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { type Answer, type Call, hall, System } from './system.js'

/** What an answer must be, to the letter; the correlation id is the one that was sent. */
interface Expected {
  status: number
  code: string
  detail: string
  errors?: { field: string; rule: string }[]
  details?: string[]
}

interface Case {
  title: string
  /** Everything but what is wrong is right. */
  ask(at: Place): Promise<Call & { path: string; method?: 'GET' | 'POST' }> | (Call & { path: string; method?: 'GET' })
  expected: Expected | ((at: Place) => Expected)
}

interface Place {
  system: System
  showId: string
  /** Of another customer. */
  reservationId: string
  customer: string
  organizer: string
  boxOffice: string
}

const reserve = ({ showId, customer }: Place, body: object, more: Call = {}) => ({
  path: '/api/tickets/reserve',
  token: customer,
  body: { showId, ...body },
  ...more,
})

const invalid = (...errors: { field: string; rule: string }[]): Expected => ({
  status: 400,
  code: 'invalid-input',
  detail: `The input breaks ${errors.length === 1 ? 'a rule' : 'rules'}: see errors.`,
  errors,
})
const refused = (code: string, detail: string): Expected => ({ status: 401, code, detail })

const cases: Case[] = [
  {
    title: 'an unknown show',
    ask: (at) => reserve(at, { showId: '0.00000000-0000-7000-8000-000000000000', seats: ['A-1'] }),
    expected: { status: 404, code: 'show-not-found', detail: 'There is no such show.' },
  },
  {
    title: 'a show in a partition that there is not',
    ask: (at) => reserve(at, { showId: '4711.00000000-0000-7000-8000-000000000000', seats: ['A-1'] }),
    expected: { status: 404, code: 'show-not-found', detail: 'There is no such show.' },
  },
  {
    title: 'a show id that is none',
    ask: (at) => reserve(at, { showId: "1' OR '1'='1", seats: ['A-1'] }),
    expected: invalid({ field: 'showId', rule: 'show-id' }),
  },
  {
    title: "seats that don't exist, beside one that does",
    ask: (at) => reserve(at, { seats: ['A-1', 'Z-1', 'Z-2'] }),
    expected: {
      status: 422,
      code: 'seat-not-found',
      detail: 'The seating plan does not have all of these seats.',
      details: ['Z-1', 'Z-2'],
    },
  },
  {
    title: 'a seat that is taken',
    ask: (at) => reserve(at, { seats: ['A-9', 'A-10'] }),
    expected: { status: 409, code: 'seat-taken', detail: 'Some of these seats are held or sold.', details: ['A-10'] },
  },
  {
    title: 'no tickets',
    ask: (at) => reserve(at, {}),
    expected: {
      status: 422,
      code: 'nothing-to-hold',
      detail: 'The request names neither a seat nor places in an area.',
    },
  },
  {
    title: 'the same seat twice',
    ask: (at) => reserve(at, { seats: ['A-1', 'A-1'] }),
    expected: {
      status: 422,
      code: 'nothing-to-hold',
      detail: 'The request asks for nothing, or for a seat twice.',
      details: ['A-1'],
    },
  },
  ...([0, -1, 1.5, '2', null, 1_001] as const).map(
    (quantity): Case => ({
      title: `${JSON.stringify(quantity)} tickets`,
      ask: (at) => reserve(at, { areas: [{ area: 'floor', quantity }] }),
      expected: invalid({
        field: 'areas.0.quantity',
        rule:
          { 0: 'min-1', '-1': 'min-1', 1.5: 'not-integer', '1001': 'max-1000' }[String(quantity)] ??
          (typeof quantity === 'string' || quantity === null ? 'not-number' : ''),
      }),
    }),
  ),
  {
    title: 'more tickets than one customer may have',
    ask: (at) => reserve(at, { areas: [{ area: 'floor', quantity: 5 }] }),
    expected: {
      status: 422,
      code: 'customer-limit',
      detail: 'This is more than one customer may have for this show.',
      details: ['4', '0'],
    },
  },
  {
    title: 'best available beside named seats',
    ask: (at) => reserve(at, { seats: ['A-1'], bestAvailable: { quantity: 1 } }),
    expected: invalid({ field: 'bestAvailable', rule: 'not-with-seats' }),
  },
  {
    title: 'best available of none',
    ask: (at) => reserve(at, { bestAvailable: { quantity: 0, together: 'maybe', rows: 2 } }),
    expected: invalid(
      { field: 'bestAvailable.quantity', rule: 'min-1' },
      { field: 'bestAvailable.together', rule: 'one-of-required|preferred' },
      { field: 'bestAvailable.rows', rule: 'unknown-field' },
    ),
  },
  {
    title: 'best available of a category that there is not',
    ask: (at) => reserve(at, { bestAvailable: { quantity: 1, category: 'royal' } }),
    expected: {
      status: 422,
      code: 'category-not-found',
      detail: 'No seat of the plan is in this category.',
      details: ['royal'],
    },
  },
  {
    title: 'best available with a wheelchair place in a hall without one',
    ask: (at) => reserve(at, { bestAvailable: { quantity: 1, accessible: true } }),
    expected: { status: 409, code: 'sold-out', detail: 'There are not as many seats left.', details: ['0'] },
  },
  {
    title: "extending someone else's hold",
    ask: ({ customer, reservationId }) => ({ path: '/api/tickets/extend', token: customer, body: { reservationId } }),
    expected: { status: 404, code: 'reservation-not-found', detail: 'There is no such reservation.' },
  },
  {
    title: "changing someone else's hold",
    ask: ({ customer, reservationId }) => ({
      path: '/api/tickets/change',
      token: customer,
      body: { reservationId, seats: ['A-1'] },
    }),
    expected: { status: 404, code: 'reservation-not-found', detail: 'There is no such reservation.' },
  },
  {
    title: 'a change to nothing',
    ask: ({ customer, reservationId }) => ({ path: '/api/tickets/change', token: customer, body: { reservationId } }),
    expected: {
      status: 422,
      code: 'nothing-to-hold',
      detail: 'The request names neither a seat nor places in an area.',
    },
  },
  {
    title: 'a visitor who cancels a show',
    ask: ({ customer, showId }) => ({ path: `/api/shows/${showId}/cancel`, token: customer, body: {} }),
    expected: { status: 403, code: 'role-missing', detail: 'This needs one of the roles organizer, admin.' },
  },
  {
    title: 'a show that is no show, published',
    ask: ({ organizer }) => ({ path: '/api/shows/nothing/publish', token: organizer, body: {} }),
    expected: { status: 404, code: 'show-not-found', detail: 'There is no such show.' },
  },
  {
    title: 'seats withdrawn that there are not',
    ask: ({ organizer, showId }) => ({
      path: `/api/shows/${showId}/withdraw`,
      token: organizer,
      body: { seats: ['Z-1'] },
    }),
    expected: {
      status: 422,
      code: 'seat-not-found',
      detail: 'The seating plan does not have all of these seats.',
      details: ['Z-1'],
    },
  },
  {
    title: 'a held seat withdrawn',
    ask: ({ organizer, showId }) => ({
      path: `/api/shows/${showId}/withdraw`,
      token: organizer,
      body: { seats: ['A-10'] },
    }),
    expected: { status: 409, code: 'places-not-free', detail: 'Not all of these places are free.', details: ['A-10'] },
  },
  {
    title: 'a sale resumed that is not paused',
    ask: ({ organizer, showId }) => ({ path: `/api/shows/${showId}/resume`, token: organizer, body: {} }),
    expected: { status: 409, code: 'sales-not-paused', detail: 'Sales are not paused.' },
  },
  {
    title: 'another plan that there is not',
    ask: ({ organizer, showId }) => ({
      path: `/api/shows/${showId}/change-plan`,
      token: organizer,
      body: { planHash: 'ab'.repeat(32) },
    }),
    expected: {
      status: 404,
      code: 'plan-not-found',
      detail: 'There is no such seating plan: store it first.',
      details: ['ab'.repeat(32)],
    },
  },
  {
    title: 'a hold that has expired',
    async ask({ system, boxOffice }) {
      const showId = await system.newShow({ holdSeconds: 1 })
      const held = await system.post('/api/tickets/reserve', await system.token('late'), { showId, seats: ['A-1'] })
      const { reservationId } = held.body
      const { expiresAt } = held.body
      while (Date.now() <= Date.parse(expiresAt)) await new Promise((resolve) => setTimeout(resolve, 20))
      return { path: '/api/tickets/confirm', token: boxOffice, body: { reservationId } }
    },
    expected: { status: 409, code: 'hold-expired', detail: 'The hold has run out.' },
  },
  ...(['cancel', 'release'] as const).map(
    (operation): Case => ({
      title: `someone else's reservation (${operation})`,
      ask: ({ customer, reservationId }) => ({
        path: `/api/tickets/${operation}`,
        token: customer,
        body: { reservationId },
      }),
      expected: { status: 404, code: 'reservation-not-found', detail: 'There is no such reservation.' },
    }),
  ),
  {
    title: "someone else's reservation (status)",
    ask: ({ customer, reservationId }) => ({
      method: 'GET',
      path: `/api/tickets/status?reservationId=${reservationId}`,
      token: customer,
    }),
    expected: { status: 404, code: 'reservation-not-found', detail: 'There is no such reservation.' },
  },
  {
    title: 'unknown fields',
    ask: (at) => reserve(at, { seats: ['A-1'], price: 1, areas: [{ area: 'floor', quantity: 1, free: true }] }),
    expected: invalid({ field: 'areas.0.free', rule: 'unknown-field' }, { field: 'price', rule: 'unknown-field' }),
  },
  {
    title: 'a body of 5 MB',
    ask: (at) => reserve(at, { seats: ['x'.repeat(5_000_000)] }),
    expected: { status: 413, code: 'body-too-large', detail: 'A request body may have 256 KiB at most.' },
  },
  {
    title: 'a body of 500 kB',
    ask: (at) => reserve(at, { seats: ['x'.repeat(500_000)] }),
    expected: { status: 413, code: 'body-too-large', detail: 'A request body may have 256 KiB at most.' },
  },
  {
    title: 'a body that is not JSON',
    ask: (at) => ({ ...reserve(at, {}), body: '{"showId": ' }),
    expected: { status: 400, code: 'malformed-json', detail: 'The body is not JSON.' },
  },
  {
    title: 'a body that is not an object',
    ask: (at) => ({ ...reserve(at, {}), body: '[]' }),
    expected: invalid({ field: 'body', rule: 'not-object' }),
  },
  {
    title: 'no Idempotency-Key',
    ask: (at) => reserve(at, { seats: ['A-1'] }, { key: null }),
    expected: {
      status: 400,
      code: 'idempotency-key-missing',
      detail: 'Every write needs an Idempotency-Key header.',
      errors: [{ field: 'Idempotency-Key', rule: 'required' }],
    },
  },
  {
    title: 'a plan whose seats repeat an id, in a category that there is not',
    ask: ({ organizer }) => {
      const [section] = hall.sections
      const [row] = section!.rows
      const seats = [...row!.seats, { ...row!.seats[0]!, category: 'none' }]
      const plan = { ...hall, sections: [{ ...section, rows: [{ ...row, seats }] }] }
      return { path: '/api/venues', token: organizer, body: plan }
    },
    expected: {
      status: 422,
      code: 'plan-invalid',
      detail: 'The seating plan contradicts itself: see errors.',
      errors: [
        {
          field: 'sections[0].rows[0].seats[10].id',
          rule: '"A-1" is the id of sections[0].rows[0].seats[0] already; ids of seats and areas are unique in a plan',
        },
        { field: 'sections[0].rows[0].seats[10].category', rule: '"none" is not a category of the plan' },
      ],
    },
  },
  {
    title: 'a plan with a seat nowhere',
    ask: ({ organizer }) => ({
      path: '/api/venues',
      token: organizer,
      body: JSON.stringify(hall).replace('"x":0,"y":1', '"x":null,"y":1'),
    }),
    expected: invalid({ field: 'sections.0.rows.0.seats.0.x', rule: 'not-number' }),
  },
  {
    title: 'a plan from somebody who is no organizer',
    ask: ({ customer }) => ({ path: '/api/venues', token: customer, body: hall }),
    expected: { status: 403, code: 'role-missing', detail: 'This needs one of the roles organizer, admin.' },
  },
  {
    title: 'a show on a plan that there is not',
    ask: ({ organizer }) => ({ path: '/api/shows', token: organizer, body: { ...terms, planHash: '0'.repeat(64) } }),
    expected: {
      status: 404,
      code: 'plan-not-found',
      detail: 'There is no such seating plan: store it first.',
      details: ['0'.repeat(64)],
    },
  },
  {
    title: 'no token',
    ask: (at) => reserve(at, { seats: ['A-1'] }, { token: null }),
    expected: refused('token-missing', 'An access token is needed: Authorization: Bearer <token>.'),
  },
  {
    title: 'a token with alg none',
    ask: (at) => forged(at, (claims) => `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`),
    expected: refused('token-algorithm', 'Only ES256 tokens are taken.'),
  },
  {
    title: 'a token signed with the public key as if it were a secret (HS256)',
    ask: (at) =>
      forged(at, (claims) => {
        const jwks = readFileSync(at.system.stack.connection.variables.ONSALE_JWKS_FILE as string)
        const text = `${part({ alg: 'HS256', kid: at.system.stack.connection.signingKeyId })}.${part(claims)}`
        return `${text}.${createHmac('sha256', jwks).update(text).digest('base64url')}`
      }),
    expected: refused('token-algorithm', 'Only ES256 tokens are taken.'),
  },
  {
    title: 'a token for another audience',
    ask: (at) => forged(at, (claims) => signed(at, { ...claims, aud: 'elsewhere' })),
    expected: refused('token-audience', 'The token is for somebody else (aud).'),
  },
  {
    title: 'a token of another issuer',
    ask: (at) => forged(at, (claims) => signed(at, { ...claims, iss: 'elsewhere' })),
    expected: refused('token-issuer', 'The token is from somebody else (iss).'),
  },
  {
    title: 'a token that has expired',
    ask: (at) => forged(at, (claims) => signed(at, { ...claims, exp: Number(claims.iat) - 1 })),
    expected: refused('token-expired', 'The access token has expired.'),
  },
  {
    title: 'a token of a key that we do not have',
    ask: (at) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      return forged(at, (claims) => es256(pem, 'another-key', claims))
    },
    expected: refused('token-key-unknown', 'The key that signed the token is not one of ours.'),
  },
  {
    title: 'a token signed by a stranger in the name of our key',
    ask: (at) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      return forged(at, (claims) => es256(pem, at.system.stack.connection.signingKeyId, claims))
    },
    expected: refused('token-signature', 'The signature is not right.'),
  },
  {
    title: 'a token whose roles were changed',
    ask: (at) =>
      forged(at, (claims) => {
        const [head, , signature] = signed(at, claims).split('.')
        return `${head}.${part({ ...claims, roles: ['admin'] })}.${signature}`
      }),
    expected: refused('token-signature', 'The signature is not right.'),
  },
]

const terms = {
  title: 'A test',
  currency: 'KRW',
  prices: [{ category: 'best', priceMinor: 1 }],
  perCustomerLimit: 1,
  holdSeconds: 1,
  salesFrom: '2026-01-01T00:00:00Z',
  salesUntil: '2036-01-01T00:00:00Z',
  startsAt: '2036-01-01T00:00:00Z',
}

type Claims = Record<string, unknown>
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function es256(pem: string, kid: string, claims: Claims): string {
  const text = `${part({ alg: 'ES256', kid })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: pem, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

const signed = ({ system }: Place, claims: Claims) => {
  const { signingKeyFile, signingKeyId } = system.stack.connection
  return es256(readFileSync(signingKeyFile, 'utf8'), signingKeyId, claims)
}

/** A reserve with a token made of good claims by `make`. */
function forged(at: Place, make: (claims: Claims) => string) {
  const { ONSALE_TOKEN_ISSUER: iss, ONSALE_TOKEN_AUDIENCE: aud } = at.system.stack.connection.variables
  const now = Math.floor(Date.now() / 1_000)
  const token = make({ sub: 'mallory', roles: ['visitor'], iss, aud, iat: now, exp: now + 600 })
  return reserve(at, { seats: ['A-1'] }, { token })
}

describe('bad input gets its exact answer', () => {
  let at: Place

  beforeAll(async () => {
    const system = await System.open()
    const showId = await system.newShow()
    const [customer, organizer, boxOffice] = await Promise.all([
      system.token('mallory'),
      system.token('organizer-1', 'organizer'),
      system.token('till-1', 'box-office'),
    ])
    const held = await system.post('/api/tickets/reserve', await system.token('alice'), { showId, seats: ['A-10'] })
    at = { system, showId, reservationId: held.body.reservationId, customer, organizer, boxOffice }
    // So that a status can be asked for it: the read model has it.
    await system.call('GET', `/api/shows/${showId}`, { headers: { 'onsale-position': held.body.position } })
  })

  it.each(cases)('$title', async ({ ask, expected }) => {
    const { path, method = 'POST', ...call } = await ask(at)
    const correlationId = `test-${Math.random().toString(36).slice(2)}`
    const answer: Answer = await at.system.call(method, path, {
      ...call,
      headers: { 'x-correlation-id': correlationId, ...call.headers },
    })
    const { status, code, detail, ...more } = typeof expected === 'function' ? expected(at) : expected
    expect({ status: answer.status, type: answer.headers['content-type'], ...answer.body, title: '' }).toEqual({
      status,
      type: `https://onsale.dev/problems/${code}`,
      title: '',
      ...(answer.body.instance === undefined ? {} : { instance: path.split('?')[0] }),
      code,
      detail,
      ...more,
      correlationId,
    })
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  })

  it('and left no trace: the seats that were asked for are free', async () => {
    const customer = await at.system.token('honest')
    const held = await at.system.post('/api/tickets/reserve', customer, { showId: at.showId, seats: ['A-1', 'A-9'] })
    expect(held.status).toBe(201)
  })
})
