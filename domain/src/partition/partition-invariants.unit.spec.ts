import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { acceptedForMs, rejectedForMs } from '../idempotency/idempotency.js'
import type { ShowEvent } from '../show/events.js'
import { asked, bodyHash, Desk } from '../testing/desk.js'
import { plansByHash, smallPlan, uuid } from '../testing/fixtures.js'
import { Ledger } from '../testing/ledger.js'
import { play, runs, shows } from '../testing/runs.js'
import type { CommandRejected, CommandRepeated } from './records.js'

const allKeys = { maxAccepted: 1024, maxRejected: 1024 }

describe('whatever lies in the commands topic', () => {
  test('the state that decided is the state folded from the journal, idempotency included', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        const { desk } = play(steps)
        expect(desk.standby().describe()).toEqual(desk.partition.describe())
      }),
      { numRuns: 300 },
    )
  })

  test('one that took over in the middle decides the rest the same', () => {
    fc.assert(
      fc.property(runs, fc.nat(), (steps, cut) => {
        const whole = play(steps)
        const at = cut % (whole.journal.length + 1)
        const standby = whole.desk.standby(whole.journal.slice(0, at))
        // What was read before the take-over may come again.
        for (const record of whole.journal.slice(Math.max(0, at - 3))) standby.fold(record)
        expect(standby.describe()).toEqual(whole.desk.partition.describe())
      }),
    )
  })

  test('each command is answered exactly once, by contiguous records, in the order of the commands', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        const { asks, journal } = play(steps)
        const offsets = journal.flatMap(({ commandOffset }) => (commandOffset === null ? [] : [commandOffset]))
        expect(offsets).toEqual(asks.map(({ offset }) => offset))
        for (const { records } of asks) {
          const answers = records.filter(({ commandOffset }) => commandOffset !== null)
          expect(answers.map(({ commandRecords }) => commandRecords)).toEqual([answers.length])
          expect(records.slice(0, -answers.length).every(({ event }) => event.type === 'HoldExpired')).toBe(true)
        }
      }),
    )
  })

  test('a key is executed once in its time: the same body gets the first answer, another one is refused', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        const { journal } = play(steps, new Desk(allKeys))
        const first = new Map<string, { offset: number; body: string; until: number }>()
        for (const record of journal) {
          if (record.commandOffset === null || record.commandId === null || record.bodyHash === null) continue
          const known = first.get(record.commandId)
          const inForce = known && Math.floor(record.time / 1000) < known.until ? known : undefined
          if (record.type === 'CommandRepeated') {
            expect((record.data as CommandRepeated).firstOffset).toBe(inForce?.offset)
            expect(record.bodyHash).toBe(inForce?.body)
            continue
          }
          const rejection = record.type === 'CommandRejected' ? (record.data as CommandRejected) : null
          if (rejection?.reason === 'malformed' || rejection?.reason === 'wrong-partition') continue
          if (rejection?.reason === 'idempotency-key-reused') {
            expect(inForce).toBeDefined()
            expect(record.bodyHash).not.toBe(inForce?.body)
            continue
          }
          expect(inForce).toBeUndefined()
          if (rejection?.remembered === false) continue
          const forMs = rejection ? rejectedForMs : acceptedForMs
          first.set(record.commandId, {
            offset: record.offset,
            body: record.bodyHash,
            until: Math.ceil((record.time + forMs) / 1000),
          })
        }
      }),
      { numRuns: 300 },
    )
  })

  test('time never goes back, versions have no gaps, and each show keeps its invariants', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        const { journal } = play(steps)
        const ledgers = new Map(shows.map((id) => [id, { ledger: new Ledger(smallPlan, plansByHash), version: 0 }]))
        let time = 0
        for (const record of journal) {
          if (record.type === 'OwnerClaimed') continue
          expect(record.time).toBeGreaterThanOrEqual(time)
          time = record.time
          if (record.streamVersion === null) continue
          const show = ledgers.get(record.subject!)!
          expect(record.streamVersion).toBe(++show.version)
          show.ledger.add({ type: record.type, data: record.data } as ShowEvent)
        }
      }),
    )
  })

  test('deciding and ticking change nothing', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        const { desk, asks } = play(steps)
        const before = JSON.stringify(desk.partition.describe())
        const later = desk.partition.logTime + acceptedForMs
        for (const step of steps) {
          if (step.kind !== 'command') continue
          const envelope = {
            type: step.command.type,
            data: step.command.data,
            subject: step.command.data.showId,
            callerId: null,
            deadline: null,
          }
          desk.partition.decide(
            { ...envelope, offset: asks.length, appendedAt: later, commandId: uuid(1), bodyHash: bodyHash(1) },
            later,
          )
        }
        desk.partition.tick(later, 3)
        desk.partition.nextDeadline()
        expect(JSON.stringify(desk.partition.describe())).toBe(before)
      }),
    )
  })

  test('the next deadline is the earliest of all holds, and a cancelled show with reservations is due at once', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        const { partition } = play(steps).desk
        const ends = shows.flatMap((id) => {
          const reservations = [...(partition.streams.get(id)?.state.reservations.values() ?? [])]
          const cancelled = partition.streams.get(id)?.state.cancelled
          if (cancelled) return reservations.map(() => cancelled.cancelledAt)
          return reservations.filter(({ status }) => status === 'held').map(({ expiresAt }) => expiresAt)
        })
        expect(partition.nextDeadline()).toBe(ends.length === 0 ? null : Math.min(...ends))
      }),
    )
  })

  test('a cancelled show ends with no live reservation: winding down is enough, with no clock and no tick', () => {
    let left = 0
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 4 }), (steps, limit) => {
        const { desk } = play(steps)
        const cancel = shows.map((id) => ({ type: 'CancelShow' as const, data: { showId: id, reason: 'storm' } }))
        for (const command of cancel) desk.ask(asked(command, { subject: command.data.showId }))
        const time = desk.partition.logTime
        for (let records = desk.windDown(limit); records.length > 0; records = desk.windDown(limit)) {
          expect(records.length).toBeLessThanOrEqual(limit)
          for (const { event, commandId } of records) {
            expect(event).toMatchObject({ type: 'ReservationCancelled', data: { reason: 'show-cancelled' } })
            expect(commandId).toBeNull()
            left++
          }
        }
        desk.commit()
        expect(desk.partition.logTime).toBe(time)
        for (const id of shows) expect(desk.partition.streams.get(id)!.state.reservations.size).toBe(0)
        expect(desk.partition.nextDeadline()).toBeNull()
        expect(desk.standby().describe()).toEqual(desk.partition.describe())
      }),
    )
    expect(left).toBeGreaterThan(10)
  })

  test('the runs reach every kind of answer', () => {
    const reached = new Set<string>()
    fc.assert(
      fc.property(runs, (steps) => {
        for (const { type, data } of play(steps).journal) {
          reached.add(type === 'CommandRejected' ? (data as CommandRejected).reason : type)
        }
      }),
      { numRuns: 300, seed: 1 },
    )
    const wanted = [
      ...['HoldExtended', 'SeatsChanged', 'PlanChanged', 'ShowCancelled', 'show-cancelled', 'PlacesAdded'],
      ...['ShowScheduled', 'SeatsHeld', 'HoldReleased', 'HoldExpired', 'ReservationConfirmed', 'ReservationCancelled'],
      ...[
        'CommandRepeated',
        'idempotency-key-reused',
        'deadline-passed',
        'malformed',
        'wrong-partition',
        'OwnerClaimed',
      ],
      ...['show-already-scheduled', 'seat-taken', 'customer-limit'],
    ]
    expect(wanted.filter((name) => !reached.has(name))).toEqual([])
  })
})
