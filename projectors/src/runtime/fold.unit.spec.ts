import { describe, expect, it } from '@jest/globals'
import type { JournalRecord } from '@onsale/platform/log'
import { reservationsProjection } from '../reservations/projection.js'
import { seatsProjection } from '../seats/projection.js'
import { confirmed, decoded, held, journalEvent, scheduled, showId, stream } from '../testing/events.js'
import { context } from '../testing/in-memory-rows.js'
import { type Decoded, fold } from './fold.js'
import { PlanUnknownError } from './projection.js'

const beginning: Parameters<typeof fold>[2] = { commandOffset: null, streamVersions: new Map() }
const unlimited = { rows: 1_000, events: 1_000 }
const foldAll = (records: Decoded[], from = beginning, limits = unlimited) =>
  fold(reservationsProjection, records, from, context, limits)

const sale = () => stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['ReservationConfirmed', confirmed])
const changed = (events: JournalRecord[], at: number, change: Partial<JournalRecord>) =>
  decoded(events.map((event, index) => (index === at ? { ...event, ...change } : event)))

describe('fold', () => {
  it('says what rows events lead to and where the projection stands after them', () => {
    const folded = foldAll(decoded(sale()))
    expect(folded).toMatchObject({ count: 3, commandOffset: 2, stop: null })
    expect(folded.rows.size).toBe(1)
    expect(folded.versions).toEqual(new Map([[showId, 3]]))
  })

  it('goes on from where the projection stands', () => {
    const from = { commandOffset: 1, streamVersions: new Map([[showId, 2]]) }
    expect(foldAll(decoded(sale()).slice(2), from)).toMatchObject({ count: 1, stop: null })
  })

  it('ends after the event that reaches the limit of rows, or of events', () => {
    const events = decoded(sale())
    expect(foldAll(events, beginning, { rows: 1, events: 1_000 }).count).toBe(2)
    expect(foldAll(events, beginning, { rows: 1_000, events: 1 }).count).toBe(1)
  })

  it.each([
    ['a version left out', 2, { streamVersion: 4 }, 'stream-gap', 1],
    ['a version seen before', 2, { streamVersion: 2 }, 'stream-gap', 0],
    ['a stream that begins late', 0, { streamVersion: 3 }, 'stream-gap', 2],
    ['a command left out', 2, { commandOffset: 4 }, 'command-gap', 2],
    ['an answer to a command decided before', 2, { commandOffset: 0 }, 'command-gap', 0],
    ['an event of no stream', 1, { subject: null }, 'not-in-a-stream', 0],
    ['a type that nobody knows', 1, { name: 'onsale.reservation.events.SeatsPainted' }, 'unknown-type', 0],
    ['a command in the journal', 1, { name: 'onsale.reservation.commands.HoldSeats' }, 'unknown-type', 0],
  ])('stops before %s', (_, at, change, reason, missing) => {
    const folded = foldAll(changed(sale(), at, change))
    expect(folded.count).toBe(at)
    expect(folded.stop).toMatchObject({ reason, missing, offset: at + 1 })
  })

  it('several records may answer one command, and time answers none', () => {
    const events = changed(sale(), 1, { commandOffset: 0 })
    expect(
      foldAll(
        changed(
          events.map(({ event }) => event as JournalRecord),
          2,
          { commandOffset: null },
        ),
      ),
    ).toMatchObject({
      count: 3,
      commandOffset: 0,
      stop: null,
    })
  })

  it('records of the partition itself belong to no stream', () => {
    const claim = { claimId: 'x', owner: 'o', nextCommandOffset: 0, claimedAt: 0 }
    expect(foldAll(decoded([journalEvent('OwnerClaimed', claim), ...sale()]))).toMatchObject({ count: 4, stop: null })
  })

  it('stops before a record that cannot be decoded', () => {
    const bad: Decoded = { offset: 9, claimId: 'c', event: null, subject: showId, failure: new Error('no Avro') }
    expect(foldAll([...decoded(sale()), bad])).toMatchObject({
      count: 3,
      stop: { reason: 'undecodable', offset: 9, subject: showId, detail: 'no Avro' },
    })
  })

  it('stops before an event that the handler fails on', () => {
    const broken = decoded(stream(['SeatsHeld', { ...held, seats: null as never }]))
    expect(foldAll(broken)).toMatchObject({ count: 0, stop: { reason: 'handler-failed', offset: 1 } })
  })

  it('a plan that is not known is for the runtime to look for', () => {
    const other = decoded(stream(['ShowScheduled', { ...scheduled, planHash: 'b' }]))
    expect(() => fold(seatsProjection, other, beginning, context, unlimited)).toThrow(PlanUnknownError)
  })
})
