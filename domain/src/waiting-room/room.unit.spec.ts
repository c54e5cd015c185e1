import { describe, expect, test } from '@jest/globals'
import { RoomDesk, roomId, roomTerms, seed, start } from '../testing/room-desk.js'
import { aheadOf } from './state.js'

const showId = roomId
const inLobby = (...customers: string[]) => {
  const desk = new RoomDesk().schedule()
  desk.tick()
  for (const customer of customers) desk.enter(customer)
  return desk
}
const open = (terms = {}, freePlaces = 100) => new RoomDesk().schedule(terms).opened(freePlaces)

describe('a room that is scheduled', () => {
  test.each([
    ['ratePerMinute', { ratePerMinute: 0 }],
    ['slots', { slots: 1.5 }],
    ['priorityPercent', { priorityPercent: 51 }],
    ['commitment', { commitment: 'a guess' }],
    ['opensAt', { opensAt: start - 1 }],
  ])('has settings that can be: %s', (field, terms) => {
    const desk = new RoomDesk()
    const answer = desk.ask({ type: 'ScheduleRoom', data: { ...roomTerms, ...terms } })
    expect(answer).toEqual(['room-settings-invalid', field])
  })

  test('lets nobody in before its lobby opens, which it does by itself', () => {
    const desk = new RoomDesk().schedule({ lobbyFrom: start + 1_000 })
    expect(desk.enter('ann')).toEqual(['lobby-not-open', `${start + 1_000}`])
    expect(desk.partition.nextDeadline()).toBe(start + 1_000)
    desk.wait(1_000)
    expect(desk.events.map(({ type }) => type)).toEqual(['RoomScheduled', 'LobbyOpened'])
    expect(desk.enter('ann')).toEqual(['EntryJoined'])
  })

  test('is scheduled once, and not found before', () => {
    const desk = new RoomDesk()
    expect(desk.enter('ann')).toEqual(['room-not-found'])
    desk.schedule()
    expect(desk.ask({ type: 'ScheduleRoom', data: roomTerms })).toEqual(['room-already-scheduled'])
  })
})

describe('a place', () => {
  test('is one for each customer, on any number of devices', () => {
    const desk = inLobby('ann', 'bob')
    expect(desk.enter('ann')).toEqual(['PlaceKept'])
    expect(desk.room.entries.size).toBe(2)
  })

  test('is kept for who comes back within the grace, and is whose turn it was', () => {
    const desk = open()
    for (const customer of ['ann', 'bob']) desk.enter(customer)
    expect(desk.leave('ann')).toEqual(['EntryLeft'])
    expect(desk.leave('ann')).toEqual(['already-left'])
    desk.wait(roomTerms.graceMs - 1)
    expect(desk.enter('ann')).toEqual(['PlaceKept'])
    desk.admit(1)
    expect(desk.admitted).toEqual(['ann'])
  })

  test('is forfeited when the grace is over; the next one is at the back', () => {
    const desk = open()
    for (const customer of ['ann', 'bob']) desk.enter(customer)
    desk.leave('ann')
    desk.wait(roomTerms.graceMs)
    expect(desk.events.at(-1)?.type).toBe('PlaceForfeited')
    expect(desk.enter('ann')).toEqual(['EntryJoined'])
    desk.admit(2)
    expect(desk.admitted).toEqual(['bob', 'ann'])
  })

  test('is lost to absence only by what was recorded of it', () => {
    const desk = open()
    for (const customer of ['ann', 'bob']) desk.enter(customer)
    const drop = (entry: number, lastSeenAt: number) =>
      desk.ask({
        type: 'DropAbsent',
        data: { showId, term: 1, entries: [{ entryId: `${showId}.${entry}`, lastSeenAt }] },
      })
    const joinedAt = desk.now
    desk.wait(roomTerms.graceMs - 1)
    // The log itself saw Ann a moment ago: older evidence does not count.
    expect(drop(0, 0)).toEqual(['nobody-absent'])
    desk.wait(1)
    expect(drop(0, joinedAt + 1)).toEqual(['nobody-absent'])
    expect(drop(0, joinedAt)).toEqual(['EntrySkipped'])
    expect(drop(9, joinedAt)).toEqual(['nobody-absent'])
    desk.admit(1)
    expect(desk.admitted).toEqual(['bob'])
  })

  test('says how many wait ahead', () => {
    const desk = open()
    for (const customer of ['ann', 'bob', 'cem', 'dan']) desk.enter(customer)
    desk.leave('bob')
    expect([0, 1, 2, 3].map((entry) => aheadOf(desk.room, entry))).toEqual([0, null, 1, 2])
  })
})

describe('the draw', () => {
  test('waits for its time and for the seed of the commitment', () => {
    const desk = inLobby('ann')
    const ask = (of: string) => desk.ask({ type: 'OpenRoom', data: { showId, seed: of } })
    expect(ask(seed)).toEqual(['opening-not-due', `${roomTerms.opensAt}`])
    desk.wait(60_000)
    expect(ask(`${seed}0`)).toEqual(['seed-mismatch'])
    expect(ask(seed)).toEqual(['DrawHeld'])
    expect(ask(seed)).toEqual(['room-already-open'])
  })

  test('gives every place of a large lobby, in pieces, and nobody is admitted before it is over', () => {
    const desk = inLobby()
    for (let n = 0; n < 2_500; n++) desk.enter(`c${n}`)
    desk.now += 60_000
    desk.ask({ type: 'OpenRoom', data: { showId, seed } })
    desk.claim()
    desk.report(100)
    expect(desk.admit()).toEqual(['draw-not-finished', '0', '2500'])
    expect(desk.enter('late')).toEqual(['EntryJoined'])
    desk.drawOn(1)
    expect(desk.room.queue.drawn).toBeGreaterThan(0)
    expect(desk.room.queue.drawn).toBeLessThan(2_500)
    desk.drawOn()
    expect(desk.room.queue.drawn).toBe(2_500)
    const pieces = desk.events.flatMap(({ type, data }) => (type === 'PlacesDrawn' ? [data.entries] : []))
    expect(pieces.map(({ length }) => length).every((length) => length < 1_200)).toBe(true)
    expect(pieces.flat()).not.toEqual([...pieces.flat()].sort((a, b) => a - b))
    desk.admit(1)
    expect(desk.admitted).toEqual([desk.room.entries.customerId(pieces[0]![0]!)])
  })

  test('goes on where a snapshot was taken in its middle', () => {
    const desk = inLobby()
    for (let n = 0; n < 2_500; n++) desk.enter(`c${n}`)
    desk.now += 60_000
    desk.ask({ type: 'OpenRoom', data: { showId, seed } })
    desk.drawOn(1)
    const other = desk.standby()
    const [next] = desk.partition.windDown(1)
    expect(other.windDown(1)).toEqual([next])
  })
})

describe('admissions', () => {
  test('keep to the rate of a second and of a minute', () => {
    const desk = open({ ratePerMinute: 120, slots: 1_000 }, 10_000)
    for (let n = 0; n < 300; n++) desk.enter(`c${n}`)
    expect(desk.admit()).toHaveLength(2)
    expect(desk.admit()).toEqual(['rate-reached'])
    desk.now += 999
    expect(desk.admit()).toEqual(['rate-reached'])
    desk.now += 1
    expect(desk.admit()).toHaveLength(2)
    for (let n = 0; n < 200; n++) {
      desk.now += 250
      desk.admit()
    }
    expect(desk.admitted.length).toBeGreaterThanOrEqual(100)
  })

  test('keep to the slots, which come back when an admission is not used, or its reservation ends', () => {
    const desk = open({ slots: 2, ratePerMinute: 6_000 })
    for (const customer of ['ann', 'bob', 'cem', 'dan']) desk.enter(customer)
    expect(desk.admit()).toHaveLength(2)
    expect(desk.admit()).toEqual(['slots-full'])
    desk.report(98, [{ entryId: `${showId}.0`, reservation: 'held', places: 2 }])
    desk.wait(roomTerms.admissionMs + 5_000)
    expect(desk.events.at(-1)).toMatchObject({
      type: 'AdmissionExpired',
      data: { customerId: 'bob', reason: 'no-show' },
    })
    expect(desk.admit()).toHaveLength(1)
    expect(desk.report(98, [{ entryId: `${showId}.0`, reservation: 'confirmed', places: 2 }])).toEqual([
      'StockReported',
      'AdmissionCompleted',
    ])
    expect(desk.admit()).toHaveLength(1)
    expect(desk.admitted).toEqual(['ann', 'bob', 'cem', 'dan'])
  })

  test('stop when those admitted could take all that is free, and go on when stock comes back', () => {
    const desk = open({ slots: 100, ratePerMinute: 6_000 }, 5)
    for (let n = 0; n < 9; n++) desk.enter(`c${n}`)
    expect(desk.admit()).toHaveLength(2)
    expect(desk.admit()).toEqual(['stock-covered', '5', '8'])
    desk.report(1, [{ entryId: `${showId}.0`, reservation: 'held', places: 4 }])
    desk.report(0, [{ entryId: `${showId}.1`, reservation: 'held', places: 1 }])
    expect(desk.admit()).toEqual(['stock-covered', '0', '3'])
    desk.report(4, [{ entryId: `${showId}.0`, reservation: 'ended', places: 4 }])
    expect(desk.admit()).toHaveLength(1)
  })

  test('are nobody’s before the room knows the stock, and reports come in order', () => {
    const desk = new RoomDesk().schedule()
    desk.now = roomTerms.opensAt
    desk.ask({ type: 'OpenRoom', data: { showId, seed } })
    desk.claim()
    desk.enter('ann')
    expect(desk.admit()).toEqual(['stock-unknown'])
    const report = (fromVersion: number, showVersion: number) =>
      desk.ask({
        type: 'ReportStock',
        data: { showId, fromVersion, showVersion, showOffset: 7, freePlaces: 9, perCustomerLimit: 4, changes: [] },
      })
    expect(report(3, 4)).toEqual(['stock-gap', '0'])
    expect(report(0, 4)).toEqual(['StockReported'])
    expect(report(0, 4)).toEqual(['stock-outdated', '4'])
    expect(desk.admit()).toEqual(['AdmissionGranted'])
    expect(desk.events.at(-1)?.data).toMatchObject({ stockVersion: 4, stockOffset: 7, freePlaces: 9, unspentPlaces: 0 })
  })

  test('are those of the newest term alone', () => {
    const desk = open()
    desk.enter('ann')
    expect(desk.claim('another')).toEqual(['TermClaimed'])
    expect(desk.admit(1, 1)).toEqual(['term-outdated', '2'])
    expect(desk.admit(1, 3)).toEqual(['term-outdated', '2'])
    expect(desk.admit(1, 2)).toEqual(['AdmissionGranted'])
  })

  test('rest while the room is paused; an emergency lets nobody into the queue either', () => {
    const desk = open()
    desk.enter('ann')
    const pause = (stop: boolean) => desk.ask({ type: 'PauseRoom', data: { showId, reason: 'technical', stop } })
    expect(pause(false)).toEqual(['RoomPaused'])
    expect(pause(false)).toEqual(['room-already-paused', 'technical'])
    expect(desk.admit()).toEqual(['room-paused', 'technical'])
    expect(desk.enter('bob')).toEqual(['EntryJoined'])
    expect(pause(true)).toEqual(['RoomPaused'])
    expect(desk.enter('cem')).toEqual(['room-stopped', 'technical'])
    expect(desk.enter('ann')).toEqual(['PlaceKept'])
    desk.ask({ type: 'ResumeRoom', data: { showId } })
    expect(desk.admit()).toHaveLength(2)
  })

  test('of a closed room go on to their end, and there are no others', () => {
    const desk = open({ ratePerMinute: 60 })
    for (const customer of ['ann', 'bob']) desk.enter(customer)
    desk.admit()
    expect(desk.ask({ type: 'CloseRoom', data: { showId, reason: 'sold-out' } })).toEqual(['RoomClosed'])
    expect(desk.events.at(-1)?.data).toMatchObject({ waiting: 1 })
    desk.wait(1_000)
    expect(desk.admit()).toEqual(['room-closed', 'sold-out'])
    expect(desk.enter('cem')).toEqual(['room-closed', 'sold-out'])
    desk.report(96, [{ entryId: `${showId}.0`, reservation: 'held', places: 4 }])
    expect(desk.report(96, [{ entryId: `${showId}.0`, reservation: 'confirmed', places: 4 }])).toContain(
      'AdmissionCompleted',
    )
  })

  test('that expired before the show’s word of them came are open again, and count', () => {
    const desk = open({ slots: 1, ratePerMinute: 6_000 })
    for (const customer of ['ann', 'bob']) desk.enter(customer)
    desk.admit()
    desk.wait(roomTerms.admissionMs + 5_000)
    expect(desk.report(96, [{ entryId: `${showId}.0`, reservation: 'held', places: 4 }])).toContain('AdmissionRedeemed')
    expect(desk.admit()).toEqual(['slots-full'])
  })

  test('change with the settings, at once', () => {
    const desk = open({ slots: 1, ratePerMinute: 6_000 })
    for (let n = 0; n < 9; n++) desk.enter(`c${n}`)
    desk.admit()
    const { showId: _, commitment: __, ...terms } = roomTerms
    desk.ask({ type: 'ChangeRoom', data: { showId, ...terms, slots: 4, ratePerMinute: 120, reason: 'calm' } })
    expect(desk.admit()).toHaveLength(1)
    desk.now += 1_000
    expect(desk.admit()).toHaveLength(2)
    expect(desk.admit()).toEqual(['slots-full'])
  })

  test('give the priority lane its share and no more, and nobody starves', () => {
    const desk = open({ slots: 1_000, ratePerMinute: 60_000, priorityPercent: 25 }, 100_000)
    for (let n = 0; n < 40; n++) desk.enter(`s${n}`)
    for (let n = 0; n < 40; n++) desk.enter(`p${n}`, 'priority')
    desk.admit(40)
    const lanes = desk.admitted.map((id) => id[0]).join('')
    expect(lanes).toBe('sssp'.repeat(10))
    desk.admit(100)
    expect(desk.admitted).toHaveLength(80)
  })
})
