import { describe, expect, it } from '@jest/globals'
import type { CountedReservation } from '../audit/counted-reservation.js'
import { ClientRecord, type Operation, type SentCommand } from './client-record.js'
import { reconcile } from './reconcile.js'

const told = (record: ClientRecord, operation: Operation, outcome: SentCommand['outcome'], id: string | null = 'r') => {
  const command = record.sent(operation, 'b', `k-${record.commands.length}`, id, ['A-1'])
  command.outcome = outcome
  return command
}
const inLog = (status: CountedReservation['status'], seats = ['A-1']) =>
  new Map<string, CountedReservation>([
    [
      'r',
      {
        customerId: 'b',
        seats,
        areas: new Map(),
        places: 1,
        currency: 'EUR',
        totalMinor: 1,
        heldAt: 0,
        expiresAt: 1,
        extended: false,
        status,
      },
    ],
  ])

describe("the clients' record against the log", () => {
  it.each([
    [['reserve'], 'held'],
    [['reserve'], 'expired'],
    [['reserve', 'confirm'], 'confirmed'],
    [['reserve', 'release'], 'released'],
    [['reserve', 'confirm', 'cancel'], 'cancelled'],
  ] as [Operation[], CountedReservation['status']][])('%j and %s agree', (operations, status) => {
    const record = new ClientRecord()
    for (const operation of operations) told(record, operation, 'accepted')
    expect(reconcile(record.commands, inLog(status))).toEqual({ lost: [], unknown: [] })
  })

  it('loses a reservation that is not there, has other seats, or a sale that is none', () => {
    const record = new ClientRecord()
    const reserve = told(record, 'reserve', 'accepted')
    expect(reconcile(record.commands, new Map()).lost).toEqual([reserve])
    expect(reconcile(record.commands, inLog('held', ['A-2'])).lost).toEqual([reserve])
    const confirm = told(record, 'confirm', 'accepted')
    expect(reconcile(record.commands, inLog('expired')).lost).toEqual([confirm])
  })

  it('loses nothing that was refused or not answered, and tells of what nobody knows', () => {
    const record = new ClientRecord()
    told(record, 'reserve', 'rejected', null)
    told(record, 'reserve', null, null)
    expect(reconcile(record.commands, inLog('held'))).toEqual({ lost: [], unknown: ['r'] })
    expect(record.unanswered()).toEqual(new Set(['b']))
  })
})
