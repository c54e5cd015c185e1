import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { recordName } from '@onsale/schemas'
import { type PostOptions, secret, TestApp } from '../testing/test-app.js'
import { RoomKeys } from './room-keys.js'

const showId = '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const at = '2026-09-21T14:13:20.000Z'
const now = Date.parse(at)
const organizer: PostOptions = { roles: ['organizer'], sub: 'org' }
const entry = { showId, entryId: `${showId}.7`, customerId: 'customer-1' }
const settings = { lobbyFrom: at, opensAt: '2026-09-21T15:00:00.000Z' }

let it: TestApp
beforeEach(async () => {
  it = await new TestApp().start()
})
afterEach(() => it.stop())

const decideRooms = (name: string, data: object) => {
  it.rooms.decide = () => [{ name, data }]
}
const keys = () => new RoomKeys({ drawSecret: secret, admissionSecret: secret, clock: { now: () => it.now } })

describe('a room is scheduled', () => {
  test('once its show holds for the admitted alone, with the commitment of a seed that stays here', async () => {
    it.log.decide = () => [{ name: recordName.AdmissionRequired, data: { showId, requiredAt: now } }]
    it.rooms.decide = ({ data }) => [
      { name: recordName.RoomScheduled, data: { ...(data as object), scheduledAt: now } },
    ]
    const { status, body } = await it.post(`/api/queue/${showId}/schedule`, settings, organizer)
    expect(status).toBe(201)
    expect(body).toMatchObject({ showId, scheduledAt: at, commitment: keys().commitmentOf(showId) })
    expect(createHash('sha256').update(keys().seedOf(showId)).digest('hex')).toBe(body.commitment)
    expect(it.rooms.appended[0]?.data).toEqual({
      ...{ showId, commitment: body.commitment, lobbyFrom: now, opensAt: Date.parse(settings.opensAt) },
      ...{ ratePerMinute: 1_200, slots: 150, admissionMs: 120_000, graceMs: 120_000, priorityPercent: 0 },
    })
  })

  test('also where the show had one; not where there is no show', async () => {
    const rejected = (reason: string) => {
      const of = { commandId: null, commandType: 'RequireAdmission', subject: showId, callerId: 'org' }
      const data = { ...of, reason, details: [], remembered: true, decidedAt: now }
      it.log.decide = () => [{ name: recordName.CommandRejected, data }]
    }
    it.rooms.decide = ({ data }) => [
      { name: recordName.RoomScheduled, data: { ...(data as object), scheduledAt: now } },
    ]
    rejected('show-not-found')
    expect((await it.post(`/api/queue/${showId}/schedule`, settings, organizer)).status).toBe(404)
    expect(it.rooms.appended).toEqual([])
    rejected('admission-already-required')
    expect((await it.post(`/api/queue/${showId}/schedule`, settings, organizer)).status).toBe(201)
  })

  test.each([
    [{ ...settings, lobbyFrom: '2026-09-21T16:00:00.000Z' }, 'lobbyFrom', 'after-opens-at'],
    [{ ...settings, slots: 0 }, 'slots', 'min-1'],
  ])('with settings that can be', async (request, field, rule) => {
    const { status, body } = await it.post(`/api/queue/${showId}/schedule`, request, organizer)
    expect(status).toBe(400)
    expect(body.errors).toEqual([expect.objectContaining({ field, rule })])
  })

  test('by who may', async () => {
    expect((await it.post(`/api/queue/${showId}/schedule`, settings)).status).toBe(403)
    expect((await it.post(`/api/queue/${showId}/open`, {})).status).toBe(403)
  })
})

describe('a visitor', () => {
  test('is given a place', async () => {
    decideRooms(recordName.EntryJoined, { ...entry, lane: 'standard', place: 3, joinedAt: now })
    const { status, body } = await it.post(`/api/queue/${showId}/enter`, {})
    expect(status).toBe(200)
    expect(body).toMatchObject({ showId, entryId: entry.entryId, status: 'waiting', place: 3, admission: null })
    expect(it.rooms.appended[0]).toMatchObject({
      partition: 1,
      name: recordName.EnterRoom,
      data: { showId, customerId: 'customer-1', lane: 'standard' },
    })
  })

  test('who is admitted is given the token, and can reserve with it; nobody else can', async () => {
    const kept = { ...entry, status: 'admitted', expiresAt: it.now + 1_000, keptAt: now }
    decideRooms(recordName.PlaceKept, kept)
    const { body } = await it.post(`/api/queue/${showId}/enter`, {})
    expect(body).toMatchObject({ status: 'admitted', admissionExpiresAt: new Date(it.now + 1_000).toISOString() })
    const admission = body.admission as string
    const reserve = (more: object, options: PostOptions = {}) => {
      const request = { showId, areas: [{ area: 'floor', quantity: 1 }], admission, ...more }
      return it.post('/api/tickets/reserve', request, options)
    }
    it.log.decide = null
    void reserve({})
    while (it.log.appended.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(it.log.appended[0]?.data).toMatchObject({ admission: { entryId: entry.entryId, expiresAt: it.now + 1_000 } })
    const appended = it.log.appended.length
    expect(await reserve({}, { sub: 'customer-2' })).toMatchObject({ status: 403, body: { code: 'admission-invalid' } })
    for (const forged of [
      `${admission.slice(0, -1)}${admission.endsWith('0') ? '1' : '0'}`,
      'x',
      admission.replace('.7.', '.8.'),
    ])
      expect(await reserve({ admission: forged })).toMatchObject({ status: 403, body: { code: 'admission-invalid' } })
    it.now += 1_000
    expect(await reserve({})).toMatchObject({ status: 403, body: { code: 'admission-expired' } })
    expect(it.log.appended).toHaveLength(appended)
  })

  test('with a pass of theirs waits in the priority lane; nobody else does with it', async () => {
    const given = await it.post(`/api/queue/${showId}/pass`, { customerId: 'customer-1' }, organizer)
    expect(given).toMatchObject({ status: 200, body: { showId, customerId: 'customer-1' } })
    const { pass } = given.body
    decideRooms(recordName.EntryJoined, { ...entry, lane: 'priority', place: 3, joinedAt: now })
    expect((await it.post(`/api/queue/${showId}/enter`, { pass })).status).toBe(200)
    expect(it.rooms.appended[0]?.data).toEqual({ showId, customerId: 'customer-1', lane: 'priority' })
    const other = `2${showId.slice(1)}`
    for (const refused of [
      await it.post(`/api/queue/${showId}/enter`, { pass }, { sub: 'customer-2' }),
      await it.post(`/api/queue/${other}/enter`, { pass }),
      await it.post(`/api/queue/${showId}/enter`, { pass: `${pass}0` }),
    ])
      expect(refused).toMatchObject({ status: 403, body: { code: 'pass-invalid' } })
    expect(it.rooms.appended).toHaveLength(1)
  })

  test('gives no passes', async () => {
    const { status, body } = await it.post(`/api/queue/${showId}/pass`, { customerId: 'customer-1' })
    expect([status, body.code]).toEqual([403, 'role-missing'])
    const wrong = await it.post(`/api/queue/${showId}/pass`, { customerId: 'no one' }, organizer)
    expect(wrong.body.errors).toEqual([expect.objectContaining({ field: 'customerId', rule: 'subject-of-a-token' })])
  })

  test('leaves, and is told how long the place is kept', async () => {
    decideRooms(recordName.EntryLeft, { ...entry, keptUntil: now, leftAt: now })
    const { body } = await it.post(`/api/queue/${showId}/leave`, {})
    expect(body).toMatchObject({ entryId: entry.entryId, keptUntil: at })
  })
})

test.each([
  ['open', {}, recordName.DrawHeld, { seed: 's', lobbyDigest: 'd', entries: 3, heldAt: now }, {}],
  [
    'pause',
    { reason: 'technical', stop: true },
    recordName.RoomPaused,
    { reason: 'x', stopped: true, pausedAt: now },
    { stop: true },
  ],
  ['resume', {}, recordName.RoomResumed, { resumedAt: now }, {}],
  [
    'close',
    { reason: 'sold-out' },
    recordName.RoomClosed,
    { reason: 'x', waiting: 1, closedAt: now },
    { reason: 'sold-out' },
  ],
])('an organizer’s %s', async (route, request, name, event, data) => {
  decideRooms(name, { showId, ...event })
  const { status, body } = await it.post(`/api/queue/${showId}/${route}`, request, organizer)
  expect({ status, at: body.at }).toEqual({ status: 200, at })
  expect(it.rooms.appended[0]?.data).toMatchObject({
    showId,
    ...data,
    ...(route === 'open' ? { seed: keys().seedOf(showId) } : {}),
  })
})
