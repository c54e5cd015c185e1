import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { recordName } from '@onsale/schemas'
import { TestApp } from './testing/test-app.js'

const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const reservationId = `${showId}.0193a3c3-7d1e-7c3b-9a52-0c6f3b1d2e4f`
const at = '2026-09-21T14:13:20.000Z'
const now = Date.parse(at)
const held = {
  seats: [{ seat: 'A-1', category: 'front', priceMinor: 90_000 }],
  areas: [{ area: 'floor', quantity: 2, category: 'floor', priceMinor: 10_000 }],
  currency: 'KRW',
  totalMinor: 110_000,
  notes: ['split', 'orphan-left'],
}

let it: TestApp
beforeEach(async () => {
  it = await new TestApp().start()
})
afterEach(() => it.stop())

const errorsOf = (body: Record<string, unknown>) =>
  ((body.errors ?? []) as { field: string; rule: string }[]).map(({ field, rule }) => `${field}: ${rule}`)

/** The two commands that choose places, as their routes take them. */
const routes = [
  {
    path: '/api/tickets/reserve',
    about: { showId },
    command: recordName.HoldSeats,
    status: 201,
    decide: () => {
      it.log.decide = ({ data }) => {
        const { reservationId: proposed } = data as { reservationId: string }
        return [
          {
            name: recordName.SeatsHeld,
            data: {
              showId,
              reservationId: proposed,
              customerId: 'customer-1',
              ...held,
              heldAt: now,
              expiresAt: now + 60_000,
            },
          },
        ]
      }
    },
    more: { heldAt: at },
  },
  {
    path: '/api/tickets/change',
    about: { reservationId },
    command: recordName.ChangeSeats,
    status: 200,
    decide: () => {
      it.log.decide = () => [
        {
          name: recordName.SeatsChanged,
          data: {
            ...{ showId, reservationId, customerId: 'customer-1', releasedSeats: ['B-1'], releasedAreas: [] },
            ...{ ...held, expiresAt: now + 60_000, changedAt: now },
          },
        },
      ]
    },
    more: { changedAt: at },
  },
]

describe.each(routes)('$path', ({ path, about, command, status, decide, more }) => {
  test('best available seats with places in an area; the answer says what to know of them', async () => {
    decide()
    const answer = await it.post(path, {
      ...about,
      areas: [{ area: 'floor', quantity: 2 }],
      bestAvailable: { quantity: 4, category: 'front', together: 'required', accessible: true },
    })
    expect([answer.status, answer.body]).toEqual([
      status,
      {
        showId,
        reservationId: expect.stringContaining(`${showId}.`),
        status: 'held',
        ...held,
        ...more,
        expiresAt: '2026-09-21T14:14:20.000Z',
        position: expect.any(String),
      },
    ])
    expect(it.log.appended).toMatchObject([
      {
        name: command,
        key: showId,
        data: {
          showId,
          customerId: 'customer-1',
          seats: [],
          areas: [{ area: 'floor', quantity: 2 }],
          bestAvailable: { quantity: 4, category: 'front', together: 'required', accessible: true },
        },
      },
    ])
  })

  test('a quantity is all that best available needs', async () => {
    decide()
    await it.post(path, { ...about, bestAvailable: { quantity: 2 } })
    expect(it.log.appended[0]?.data).toMatchObject({
      bestAvailable: { category: null, quantity: 2, together: 'preferred', accessible: false },
    })
  })

  test('named seats go as they did', async () => {
    decide()
    await it.post(path, { ...about, seats: ['A-1', 'A-2'] })
    expect(it.log.appended[0]?.data).toMatchObject({ seats: ['A-1', 'A-2'], areas: [], bestAvailable: null })
  })

  test.each<[object, string]>([
    [{ seats: ['A-1'], bestAvailable: { quantity: 1 } }, 'bestAvailable: not-with-seats'],
    [{ bestAvailable: {} }, 'bestAvailable.quantity: required'],
    [{ bestAvailable: { quantity: 0 } }, 'bestAvailable.quantity: min-1'],
    [{ bestAvailable: { quantity: 1_001 } }, 'bestAvailable.quantity: max-1000'],
    [{ bestAvailable: { quantity: 1.5 } }, 'bestAvailable.quantity: not-integer'],
    [{ bestAvailable: { quantity: 1, together: 'maybe' } }, 'bestAvailable.together: one-of-required|preferred'],
    [{ bestAvailable: { quantity: 1, accessible: 'yes' } }, 'bestAvailable.accessible: not-boolean'],
    [{ bestAvailable: { quantity: 1, category: '' } }, 'bestAvailable.category: min-1'],
    [{ bestAvailable: { quantity: 1, row: 'A' } }, 'bestAvailable.row: unknown-field'],
    [{ bestAvailable: null }, 'bestAvailable: not-object'],
  ])('%j is 400', async (choice, expected) => {
    const { status: answered, body } = await it.post(path, { ...about, ...choice })
    expect([answered, errorsOf(body)]).toEqual([400, [expected]])
    expect(it.log.appended).toEqual([])
  })

  test('nothing asked for is 422', async () => {
    const { status: answered, body } = await it.post(path, about)
    expect([answered, body.code]).toEqual([422, 'nothing-to-hold'])
    expect(it.log.appended).toEqual([])
  })

  test('an orphan is refused with the seats to take instead', async () => {
    it.log.decide = (append) => [it.log.rejected(append, 'orphan-seat', 'A-3', 'A-4')]
    const { status: answered, body } = await it.post(path, { ...about, seats: ['A-1', 'A-2'] })
    expect([answered, body.code, body.details]).toEqual([409, 'orphan-seat', ['A-3', 'A-4']])
  })
})

test('extend: 200 with the new end of the hold', async () => {
  it.log.decide = () => [
    {
      name: recordName.HoldExtended,
      data: {
        ...{ showId, reservationId, customerId: 'customer-1', seats: ['A-1'], areas: [] },
        ...{ expiresAt: now + 60_000, extendedAt: now },
      },
    },
  ]
  const { status, body } = await it.post('/api/tickets/extend', { reservationId })
  expect([status, body]).toEqual([
    200,
    {
      reservationId,
      showId,
      status: 'held',
      expiresAt: '2026-09-21T14:14:20.000Z',
      extendedAt: at,
      position: expect.any(String),
    },
  ])
  expect(it.log.appended).toMatchObject([
    { name: recordName.ExtendHold, key: showId, data: { showId, reservationId, customerId: 'customer-1' } },
  ])
})

test('a plan may say which seats are for wheelchairs, in words that there are', async () => {
  const seat = { id: 'A-1', number: '1', category: 'front', x: 1, y: 1 }
  const plan = (accessible: unknown) => ({
    name: 'Hall',
    focalPoint: { x: 0, y: 0 },
    categories: [{ id: 'front', name: 'Front', color: '#00aa77' }],
    sections: [{ id: 's', name: 'S', rows: [{ id: 'r', name: 'R', seats: [{ ...seat, accessible }] }] }],
  })
  const stored = await it.post('/api/venues', plan('wheelchair'), { roles: ['organizer'] })
  expect(stored.status).toBe(201)
  expect(it.stored[0]?.canonicalJson).toContain('"accessible":"wheelchair"')
  const { status, body } = await it.post('/api/venues', plan('ramp'), { roles: ['organizer'] })
  expect([status, errorsOf(body)]).toEqual([400, ['sections.0.rows.0.seats.0.accessible: one-of-wheelchair|companion']])
})
