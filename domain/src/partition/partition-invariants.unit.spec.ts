import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { acceptedForMs, rejectedForMs } from '../idempotency/idempotency.js'
import type { ShowEvent } from '../show/events.js'
import { pause, showCommand } from '../testing/arbitrary.js'
import { asked, bodyHash, Desk } from '../testing/desk.js'
import { opens, plansByHash, showId, smallPlan, terms, uuid } from '../testing/fixtures.js'
import { Ledger } from '../testing/ledger.js'
import type { CommandRejected, CommandRepeated, DecidedRecord, FoldableRecord } from './records.js'

const otherShow = `3.${uuid(0xabc)}`
const shows = [showId, otherShow]

const command = fc.oneof(
  { weight: 30, arbitrary: showCommand(showId) },
  { weight: 10, arbitrary: showCommand(otherShow) },
  { weight: 1, arbitrary: showCommand(`2.${uuid(1)}`) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...shows)
      .map((id) => ({ type: 'ScheduleShow' as const, data: terms({ showId: id, salesUntil: 2 * opens }) })),
  },
)

const step = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command,
      /** A key of its own (null), or one of a few that are shared; `body` of 1 is another body under the same key. */
      key: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(5) }),
      body: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
      malformed: fc.nat(20).map((n) => n === 0),
      /** Of the broker's clock, which may go back a little. */
      jitter: fc.integer({ min: -50, max: 0 }),
      late: fc.nat(15).map((n) => n === 0),
      pause: pause(1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      pause: pause(1),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wind-down' as const), limit: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 5, arbitrary: fc.constant({ kind: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'claim' as const }) },
  { weight: 1, arbitrary: fc.constantFrom(rejectedForMs, acceptedForMs).map((ms) => ({ kind: 'wait' as const, ms })) },
)
const runs = fc.array(step, { maxLength: 80, size: 'max' })
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const allKeys = { maxAccepted: 1024, maxRejected: 1024 }

interface Asked {
  offset: number
  key: string
  body: string
  records: DecidedRecord[]
}

function play(steps: readonly Step[], desk = new Desk()) {
  const asks: Asked[] = []
  let now = opens
  let claims = 1
  for (const id of shows) {
    const records = desk.ask(
      asked({ type: 'ScheduleShow', data: terms({ showId: id, salesUntil: 2 * opens }) }, { subject: id }),
    )
    asks.push({ offset: asks.length, key: uuid(asks.length), body: bodyHash(asks.length), records })
  }
  for (const step of steps) {
    switch (step.kind) {
      case 'command': {
        now += step.pause
        const offset = asks.length
        const key = uuid(step.key === null ? offset : 10_000 + step.key)
        const body = bodyHash(step.body + 2 * (step.key ?? offset + 100))
        const data = step.malformed ? null : step.command.data
        const envelope = {
          type: step.command.type,
          data,
          subject: step.command.data.showId,
          commandId: key,
          bodyHash: body,
        }
        const records = desk.ask(
          { ...envelope, appendedAt: now + step.jitter, deadline: now },
          step.late ? now + 1 : now,
        )
        asks.push({ offset, key, body, records })
        break
      }
      case 'tick':
        now += step.pause
        desk.tick(now, step.limit)
        break
      case 'wind-down':
        desk.windDown(step.limit)
        break
      case 'commit':
        desk.commit()
        break
      case 'claim':
        desk.commit()
        desk.claim(`claim-${++claims}`)
        break
      case 'wait':
        now += step.ms
        break
    }
  }
  desk.commit()
  return { desk, asks, journal: desk.journal as FoldableRecord[] }
}

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
          const reservations = [...(partition.show(id)?.state.reservations.values() ?? [])]
          const cancelled = partition.show(id)?.state.cancelled
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
        for (const id of shows) expect(desk.partition.show(id)!.state.reservations.size).toBe(0)
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
