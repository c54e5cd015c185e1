import { describe, expect, it } from '@jest/globals'
import type { JournalRecord } from '@onsale/platform/log'
import { reservationsProjection } from '../reservations/projection.js'
import { seatsProjection } from '../seats/projection.js'
import { confirmed, decoded, held, journalEvent, scheduled, showId, stream } from '../testing/events.js'
import { context } from '../testing/in-memory-rows.js'
import type { RecordFacts } from './continuity.js'
import { type Decoded, type FoldFrom, type FoldLimits, fold } from './fold.js'
import { PlanUnknownError, type Projection } from './projection.js'
import type { RowBatch } from './row-batch.js'

const beginning: FoldFrom = { commandOffset: null, streamVersions: new Map(), mayFollow: new Map(), parked: new Set() }
const unlimited: FoldLimits = { rows: 1_000, events: 1_000, refused: new Map(), plansRead: false }
const foldAll = (
  records: Decoded[],
  from: Partial<FoldFrom> = {},
  limits: Partial<FoldLimits> = {},
  projection: Projection = reservationsProjection,
) => fold(projection, records, { ...beginning, ...from }, context, { ...unlimited, ...limits })

const other = `${showId.slice(0, -1)}0`
/** An event of another show, at an offset behind those of the sale. */
const elsewhere = (offset: number) =>
  decoded([
    journalEvent('ShowScheduled', { ...scheduled, showId: other }, { offset, subject: other, commandOffset: null }),
  ])
const undecodable = (offset: number, more: Partial<RecordFacts> = {}): Decoded => ({
  offset,
  claimId: 'c',
  event: null,
  facts: {
    name: 'onsale.reservation.events.SeatsHeld',
    subject: showId,
    streamVersion: 4,
    commandOffset: null,
    ...more,
  },
  failure: new Error('no Avro'),
})

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
    expect(foldAll(events, {}, { rows: 1 }).count).toBe(2)
    expect(foldAll(events, {}, { events: 1 }).count).toBe(1)
  })

  it.each([
    ['a version left out', 2, { streamVersion: 4 }, 'stream-gap', 1],
    ['a version seen before', 2, { streamVersion: 2 }, 'stream-gap', 0],
    ['a stream that begins late', 0, { streamVersion: 3 }, 'stream-gap', 2],
    ['a type that nobody knows', 1, { name: 'onsale.reservation.events.SeatsPainted' }, 'unknown-type', 0],
    ['a command in the journal', 1, { name: 'onsale.reservation.commands.HoldSeats' }, 'unknown-type', 0],
    ['an event without version', 1, { streamVersion: null }, 'not-in-a-stream', 0],
    ['values that no handler can take', 1, { data: { ...held, seats: null } }, 'handler-failed', 0],
  ])('%s parks its stream, and others go on', (_, at, change, reason, missing) => {
    const folded = foldAll([...changed(sale(), at, change as Partial<JournalRecord>), ...elsewhere(9)])
    expect(folded).toMatchObject({ count: 4, stop: null, commandOffset: 2 })
    expect(folded.parked[0]).toMatchObject({
      offset: at + 1,
      stream: showId,
      stop: { reason, missing, offset: at + 1 },
    })
    expect(folded.parked.slice(1).map(({ offset, stop }) => [offset, stop])).toEqual(
      [2, 3].filter((offset) => offset > at + 1).map((offset) => [offset, null]),
    )
    expect(folded.applied.at(-1)).toBe(9)
    expect(folded.versions.get(other)).toBe(1)
    expect(folded.versions.get(showId)).toBe(at === 0 ? undefined : at)
  })

  it.each([
    ['a command left out', 2, { commandOffset: 4 }, 'command-gap', 2],
    ['an answer to a command decided before', 2, { commandOffset: 0 }, 'command-gap', 0],
    ['an event of no stream', 1, { subject: null }, 'not-in-a-stream', 0],
    ['an event of a stream with no possible id', 1, { subject: 'x'.repeat(81) }, 'not-in-a-stream', 0],
    ['an unknown type of no stream', 1, { subject: null, name: 'x.Y' }, 'unknown-type', 0],
  ])('stops before %s', (_, at, change, reason, missing) => {
    const folded = foldAll(changed(sale(), at, change))
    expect(folded).toMatchObject({ count: at, parked: [], stop: { reason, missing, offset: at + 1 } })
  })

  it('stops before a command left out also where the event is of a parked stream', () => {
    const folded = foldAll(changed(sale(), 2, { commandOffset: 4 }), { parked: new Set([showId]) })
    expect(folded).toMatchObject({ count: 2, stop: { reason: 'command-gap' } })
  })

  it('events of a parked stream queue behind, and answer their commands', () => {
    const folded = foldAll([...decoded(sale()), ...elsewhere(9)], { parked: new Set([showId]) })
    expect(folded.parked.map(({ offset, stop }) => [offset, stop])).toEqual([
      [1, null],
      [2, null],
      [3, null],
    ])
    expect(folded).toMatchObject({ applied: [9], commandOffset: 2, stop: null })
  })

  it('journal records go on whatever stream they are about is parked', () => {
    const rejected = journalEvent('CommandRepeated', {} as never, { offset: 5, subject: showId, commandOffset: 3 })
    expect(foldAll([...decoded(sale()), ...decoded([rejected])], { parked: new Set([showId]) })).toMatchObject({
      applied: [5],
      commandOffset: 3,
    })
  })

  it('nothing of an event that its handler fails on is in the rows', () => {
    const half: Projection = {
      ...seatsProjection,
      on: {
        ...seatsProjection.on,
        SeatsHeld(event, rows, given) {
          seatsProjection.on.SeatsHeld?.(event, rows, given)
          throw new Error('half way')
        },
      },
    }
    const whole = foldAll(decoded(sale().slice(0, 1)), {}, {}, seatsProjection)
    const folded = foldAll(decoded(sale()), {}, {}, half)
    expect(folded.parked.map(({ offset }) => offset)).toEqual([2, 3])
    expect([...(folded.rows as RowBatch).byTable()]).toEqual([...(whole.rows as RowBatch).byTable()])
    const behind = foldAll(
      decoded(sale().slice(1)),
      { streamVersions: new Map([[showId, 1]]), commandOffset: 0 },
      {},
      half,
    )
    expect(behind.rows.size).toBe(0)
  })

  it.each([
    ['follows the last that was applied', 4, 1],
    ['follows the one that was dropped', 6, 1],
    ['leaves one out', 5, 0],
    ['leaves one out after the dropped one', 7, 0],
  ])('behind a dropped event, one that %s', (_, streamVersion, applied) => {
    const from = { commandOffset: null, streamVersions: new Map([[showId, 3]]), mayFollow: new Map([[showId, 5]]) }
    expect(foldAll(changed(sale().slice(1, 2), 0, { streamVersion }), from).applied).toHaveLength(applied)
  })

  it('what the database did not take parks, or stops where it is of no stream', () => {
    const stop = { reason: 'rows-refused', detail: 'no', offset: 2, subject: showId, missing: 0 } as const
    const refused = new Map([[2, stop]])
    expect(foldAll(decoded(sale()), {}, { refused }).parked[0]).toMatchObject({ offset: 2, stop })
    const claim = journalEvent('OwnerClaimed', {} as never, { offset: 2 })
    expect(foldAll(decoded([claim]), {}, { refused })).toMatchObject({ count: 0, stop })
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

  it('a record that cannot be decoded parks the stream that its headers name', () => {
    const folded = foldAll([...decoded(sale()), undecodable(9, { commandOffset: 3 }), ...elsewhere(10)])
    expect(folded).toMatchObject({ count: 5, commandOffset: 3, applied: [1, 2, 3, 10] })
    expect(folded.parked).toEqual([
      expect.objectContaining({
        offset: 9,
        stream: showId,
        streamVersion: 4,
        name: 'onsale.reservation.events.SeatsHeld',
        stop: { reason: 'undecodable', detail: 'no Avro', offset: 9, subject: showId, missing: 0 },
      }),
    ])
  })

  it.each([
    ['names no stream', { subject: null }],
    ['is the journal’s own', { name: 'onsale.journal.CommandRejected', streamVersion: null }],
    ['says nothing of what it is', { name: null, streamVersion: null }],
  ])('stops before a record that cannot be decoded and %s', (_, facts) => {
    expect(foldAll([...decoded(sale()), undecodable(9, facts)])).toMatchObject({
      count: 3,
      parked: [],
      stop: { reason: 'undecodable', offset: 9, detail: 'no Avro' },
    })
  })

  it('a plan that is not known is for the runtime to look for, and parks where it did', () => {
    const unknown = decoded(stream(['ShowScheduled', { ...scheduled, planHash: 'b' }]))
    expect(() => foldAll(unknown, {}, {}, seatsProjection)).toThrow(PlanUnknownError)
    expect(foldAll(unknown, {}, { plansRead: true }, seatsProjection).parked).toMatchObject([
      { stop: { reason: 'plan-unknown' } },
    ])
  })
})
