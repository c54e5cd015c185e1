import { describe, expect, it } from '@jest/globals'
import { schemas } from '@onsale/schemas'
import { expired, held, journalEvent, reservationId, scheduled, showId } from '../testing/events.js'
import { rowsAfter } from '../testing/in-memory-rows.js'
import { commandStatusProjection } from './projection.js'

const after = (...events: Parameters<typeof rowsAfter>[1]) => rowsAfter(commandStatusProjection, events).command_status

const acceptance = (offset: number) =>
  journalEvent('SeatsHeld', held, { offset, commandId: 'c', callerId: 'customer-1', time: 7 })
const rejection = (offset: number, reason: string) =>
  journalEvent(
    'CommandRejected',
    {
      commandId: 'c',
      commandType: 'onsale.reservation.commands.HoldSeats',
      subject: showId,
      callerId: 'customer-1',
      reason,
      details: ['S-1-1'],
      remembered: true,
      decidedAt: 8,
    },
    { offset },
  )

describe('command status', () => {
  it('an event that answers a command says that it was accepted', () => {
    expect(after(acceptance(5))).toEqual([
      {
        command_id: 'c',
        outcome: 'accepted',
        reason: null,
        details: '[]',
        caller_id: 'customer-1',
        subject: showId,
        reservation_id: reservationId,
        partition_no: 0,
        answer_offset: 5,
        decided_at: 7,
      },
    ])
  })

  it('every event that a command can lead to is an acceptance', () => {
    const types = [...schemas.values()].filter(({ kind, name }) => kind === 'event' && name.includes('.reservation.'))
    expect(types.length).toBeGreaterThan(15)
    for (const { name } of types) {
      const type = name.slice(name.lastIndexOf('.') + 1) as 'SalesResumed'
      expect(after(journalEvent(type, {} as never, { commandId: 'c' }))).toMatchObject([{ outcome: 'accepted' }])
    }
  })

  it('a command that is about no reservation has none', () => {
    expect(after(journalEvent('ShowScheduled', scheduled, { commandId: 'c' }))).toMatchObject([
      { reservation_id: null },
    ])
  })

  it('a rejection has its reason and what it is about', () => {
    expect(after(rejection(5, 'seat-taken'))).toMatchObject([
      { command_id: 'c', outcome: 'rejected', reason: 'seat-taken', details: '["S-1-1"]', answer_offset: 5 },
    ])
  })

  it('what was accepted stays accepted', () => {
    expect(after(acceptance(5), rejection(6, 'reservation-exists'))).toMatchObject([
      { outcome: 'accepted', answer_offset: 5 },
    ])
  })

  it('what was rejected and tried anew has its newest answer', () => {
    expect(after(rejection(5, 'seat-taken'), rejection(6, 'customer-limit'))).toMatchObject([
      { reason: 'customer-limit' },
    ])
    expect(after(rejection(5, 'seat-taken'), acceptance(6))).toMatchObject([{ outcome: 'accepted', answer_offset: 6 }])
  })

  it('another request under the same key leaves the answer as it is, and none where that is still parked', () => {
    expect(after(rejection(5, 'seat-taken'), rejection(6, 'idempotency-key-reused'))).toMatchObject([
      { reason: 'seat-taken', answer_offset: 5 },
    ])
    expect(after(rejection(6, 'idempotency-key-reused'))).toEqual([])
  })

  it('a repeated command, a malformed one and what time causes leave no row', () => {
    const repeated = {
      commandId: 'c',
      commandType: 't',
      subject: showId,
      callerId: null,
      firstOffset: 5,
      decidedAt: 9,
    }
    expect(after(journalEvent('CommandRepeated', repeated))).toEqual([])
    expect(after(journalEvent('HoldExpired', expired))).toEqual([])
    const malformed = rejection(5, 'malformed')
    expect(after({ ...malformed, data: { ...malformed.data, commandId: null } })).toEqual([])
  })
})
