import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { header } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import { TestApp } from './testing/test-app.js'

const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const planHash = 'ab'.repeat(32)
const at = '2026-09-21T14:13:20.000Z'
const now = Date.parse(at)
const window = {
  salesFrom: '2026-10-01T08:00:00.000Z',
  salesUntil: '2026-12-01T00:00:00.000Z',
  startsAt: '2026-12-02T19:00:00.000Z',
}
const windowMs = {
  salesFrom: Date.parse(window.salesFrom),
  salesUntil: Date.parse(window.salesUntil),
  startsAt: Date.parse(window.startsAt),
}
const places = { seats: ['A-1'], areas: [{ area: 'floor', quantity: 2 }] }

interface Case {
  route: string
  body: object
  command: string
  data: object
  event: string
  eventData: object
  answer: object
}

const cases: Case[] = [
  {
    route: 'publish',
    body: {},
    command: recordName.PublishShow,
    data: {},
    event: recordName.ShowPublished,
    eventData: { publishedAt: now },
    answer: { publishedAt: at },
  },
  {
    route: 'pause',
    body: { reason: 'technical' },
    command: recordName.PauseSales,
    data: { reason: 'technical' },
    event: recordName.SalesPaused,
    eventData: { reason: 'technical', pausedAt: now },
    answer: { reason: 'technical', pausedAt: at },
  },
  {
    route: 'resume',
    body: {},
    command: recordName.ResumeSales,
    data: {},
    event: recordName.SalesResumed,
    eventData: { resumedAt: now },
    answer: { resumedAt: at },
  },
  {
    route: 'reschedule',
    body: window,
    command: recordName.RescheduleShow,
    data: windowMs,
    event: recordName.ShowRescheduled,
    eventData: { ...windowMs, rescheduledAt: now },
    answer: { ...window, rescheduledAt: at },
  },
  {
    route: 'withdraw',
    body: places,
    command: recordName.WithdrawPlaces,
    data: places,
    event: recordName.PlacesWithdrawn,
    eventData: { ...places, capacity: 735, withdrawnAt: now },
    answer: { ...places, capacity: 735, withdrawnAt: at },
  },
  {
    route: 'add-places',
    body: { seats: ['A-1'] },
    command: recordName.AddPlaces,
    data: { seats: ['A-1'], areas: [] },
    event: recordName.PlacesAdded,
    eventData: { seats: ['A-1'], areas: [], capacity: 736, addedAt: now },
    answer: { seats: ['A-1'], areas: [], capacity: 736, addedAt: at },
  },
  {
    route: 'change-plan',
    body: { planHash },
    command: recordName.ChangePlan,
    data: { planHash },
    event: recordName.PlanChanged,
    eventData: { previousPlanHash: 'cd'.repeat(32), planHash, capacity: 800, changedAt: now },
    answer: { previousPlanHash: 'cd'.repeat(32), planHash, capacity: 800, changedAt: at },
  },
  {
    route: 'cancel',
    body: { reason: 'artist-ill' },
    command: recordName.CancelShow,
    data: { reason: 'artist-ill' },
    event: recordName.ShowCancelled,
    eventData: { reason: 'artist-ill', reservations: 3, cancelledAt: now },
    answer: { reason: 'artist-ill', reservations: 3, cancelledAt: at },
  },
]

let it: TestApp
beforeEach(async () => {
  it = await new TestApp().start()
})
afterEach(() => it.stop())

describe.each(cases)('$route', ({ route, body, command, data, event, eventData, answer }) => {
  const path = `/api/shows/${showId}/${route}`
  const decides = () => {
    it.log.decide = () => [{ name: event, data: { showId, ...eventData } }]
  }

  test.each(['organizer', 'admin'])('200 for %s: the record that is appended, and what it answers', async (role) => {
    decides()
    const answered = await it.post(path, body, { roles: [role] })
    expect([answered.status, answered.body]).toEqual([200, { showId, ...answer, position: expect.any(String) }])
    expect(it.log.appended).toMatchObject([{ partition: 1, key: showId, name: command, data: { showId, ...data } }])
    expect(it.log.appended[0]?.headers[header.subject]).toBe(showId)
  })

  test.each(['visitor', 'box-office', 'operator', 'analyst'])('403 for %s, and nothing is appended', async (role) => {
    decides()
    const answered = await it.post(path, body, { roles: [role] })
    expect([answered.status, answered.body.code]).toEqual([403, 'role-missing'])
    expect(it.log.appended).toEqual([])
  })

  test('404 where the path names no show, 400 for a field that it does not have', async () => {
    decides()
    for (const id of ['x', `1.${showId}`, `4711${showId.slice(1)}`, showId.toUpperCase(), '..%2f..']) {
      const answered = await it.post(`/api/shows/${id}/${route}`, body, { roles: ['organizer'] })
      expect([id, answered.status]).toEqual([id, 404])
    }
    const wrong = await it.post(path, { ...body, showId }, { roles: ['organizer'] })
    expect([wrong.status, wrong.body.errors]).toEqual([400, [{ field: 'showId', rule: 'unknown-field' }]])
    expect(it.log.appended).toEqual([])
  })

  test('another operation with the same key is another command', async () => {
    decides()
    await it.post(path, body, { roles: ['organizer'] })
    const other = cases.find((one) => one.route !== route) as Case
    await it.post(`/api/shows/${showId}/${other.route}`, other.body, { roles: ['organizer'] })
    const [one, two] = it.log.appended.map(({ headers }) => headers[header.commandId])
    expect(two).not.toBe(one)
  })
})

describe('a new show', () => {
  const terms = {
    ...window,
    planHash,
    title: 'A show',
    currency: 'EUR',
    prices: [{ category: 'front', priceMinor: 9_000 }],
    perCustomerLimit: 4,
    holdSeconds: 300,
  }

  test.each([
    [{}, { orphanRule: 'off', published: true }],
    [
      { orphanRule: 'refuse', publish: false },
      { orphanRule: 'refuse', published: false },
    ],
  ])('%j is %j', async (asked, expected) => {
    it.log.decide = ({ data }) => [
      { name: recordName.ShowScheduled, data: { ...(data as object), capacity: 738, scheduledAt: now } },
    ]
    const { status, body } = await it.post('/api/shows', { ...terms, ...asked }, { roles: ['organizer'] })
    expect([status, body]).toMatchObject([201, expected])
    expect(it.log.appended[0]?.data).toMatchObject(expected)
    expect(it.log.appended[0]?.data).not.toHaveProperty('publish')
  })

  test('an orphan rule that there is not is 400', async () => {
    const { status, body } = await it.post('/api/shows', { ...terms, orphanRule: 'maybe' }, { roles: ['organizer'] })
    expect([status, body.errors]).toEqual([400, [{ field: 'orphanRule', rule: 'one-of-off|warn|refuse' }]])
  })
})

test.each([
  ['pause', { reason: 'Because I say so' }, 'reason: code'],
  ['cancel', { reason: '' }, 'reason: code'],
  ['reschedule', { ...window, startsAt: 'tomorrow' }, 'startsAt: not-iso-8601'],
  ['reschedule', { salesFrom: window.salesFrom, salesUntil: window.salesUntil }, 'startsAt: required'],
  ['withdraw', { seats: 'A-1' }, 'seats: not-array'],
  ['withdraw', { areas: [{ area: 'floor', quantity: 0 }] }, 'areas.0.quantity: min-1'],
  ['withdraw', { seats: Array.from({ length: 5_001 }, (_, n) => `s${n}`) }, 'seats: max-5000'],
  ['add-places', { areas: [{ area: 'floor', quantity: 1e9 }] }, 'areas.0.quantity: max-1000000'],
  ['change-plan', { planHash: 'ab' }, 'planHash: plan-hash'],
  ['change-plan', {}, 'planHash: required'],
])('%s of %j is 400', async (route, body, expected) => {
  const answered = await it.post(`/api/shows/${showId}/${route}`, body, { roles: ['organizer'] })
  const errors = (answered.body.errors as { field: string; rule: string }[]).map(
    ({ field, rule }) => `${field}: ${rule}`,
  )
  expect([answered.status, errors]).toContainEqual(expect.arrayContaining([expected]))
  expect(answered.status).toBe(400)
  expect(it.log.appended).toEqual([])
})
