import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { acceptedForMs } from '../idempotency/idempotency.js'
import type { ShowCommand } from '../show/commands.js'
import { SnapshotError } from '../show/snapshot-show.js'
import { asked, bodyHash, Desk } from '../testing/desk.js'
import { holdMs, holdSeats, opens, reservationId, showId, terms, uuid } from '../testing/fixtures.js'
import { change, extend, holdBest, ofShow } from '../testing/life.js'
import { play, runs, type Step, shows } from '../testing/runs.js'
import type { Partition } from './partition.js'
import type { FoldableRecord } from './records.js'
import { PartitionRestore } from './restore.js'
import { showStreams } from './shows.js'
import { foldVersion, type SnapshotPart } from './snapshot.js'

/** What comes back of a part that was stored. */
const stored = (part: SnapshotPart): SnapshotPart =>
  part.part === 'keys' ? { ...part, words: part.words.slice() } : (JSON.parse(JSON.stringify(part)) as SnapshotPart)
const asText = (part: SnapshotPart) =>
  part.part === 'keys' ? `${part.outcome} ${part.words.join(' ')}` : JSON.stringify(part)
const textOf = (partition: Partition) => [...partition.snapshot()].map(asText)

function restored(desk: Desk, parts: readonly SnapshotPart[]): Partition {
  const restore = new PartitionRestore(desk.options)
  for (const part of parts) {
    expect(restore.missingPlan(part)).toBeNull()
    restore.take(stored(part))
  }
  return restore.finish()
}

/** Everything that both decide from here on, time passing. */
function goOn(partition: Partition, steps: readonly Step[]): unknown[] {
  const said: unknown[] = []
  let now = partition.logTime
  const take = (records: ReturnType<Partition['tick']>) => {
    said.push(records)
    partition.apply(records)
    partition.committed(partition.journalOffset + 2)
  }
  for (const step of steps) {
    if (step.kind === 'tick') take(partition.tick(now, step.limit))
    if (step.kind === 'wind-down') take(partition.windDown(step.limit))
    if (step.kind === 'wait') now += step.ms
    if (step.kind !== 'command') continue
    now += step.pause
    const key = step.key === null ? partition.position + 1 : 10_000 + step.key
    for (let answered = false; !answered; ) {
      const { type, data } = step.command
      const decided = partition.decide(
        {
          ...{ offset: partition.position + 1, appendedAt: now, type, data, subject: data.showId, callerId: null },
          ...{ commandId: uuid(key), bodyHash: bodyHash(step.body + 2 * (step.key ?? 0)), deadline: null },
        },
        now,
      )
      answered = decided.answered
      take(decided.records)
    }
  }
  return said
}

const foldAll = (partition: Partition, journal: readonly FoldableRecord[]) => {
  for (const record of journal) partition.fold(record)
  return partition
}

describe('a snapshot', () => {
  test('taken anywhere and restored, goes on as if everything had been folded', () => {
    fc.assert(
      fc.property(runs, fc.nat(), runs, (steps, cut, later) => {
        const { desk, journal } = play(steps)
        const at = cut % (journal.length + 1)
        const half = desk.standby(journal.slice(0, at))
        const taken = restored(desk, [...half.snapshot()])
        expect(taken.describe()).toEqual(half.describe())
        foldAll(taken, journal.slice(at))
        expect(taken.describe()).toEqual(desk.partition.describe())
        expect(textOf(taken)).toEqual(textOf(desk.partition))
        expect(taken.nextDeadline()).toBe(desk.partition.nextDeadline())
        expect(goOn(taken, later)).toEqual(goOn(desk.standby(), later))
      }),
      { numRuns: 300 },
    )
  })

  test('is the same of who decided, who followed, and who began in the middle', () => {
    fc.assert(
      fc.property(runs, fc.nat(), (steps, cut) => {
        const { desk, journal } = play(steps)
        const at = cut % (journal.length + 1)
        const decided = textOf(desk.partition)
        expect(textOf(desk.standby())).toEqual(decided)
        const inMiddle = restored(desk, [...desk.standby(journal.slice(0, at)).snapshot()])
        expect(textOf(foldAll(inMiddle, journal.slice(at)))).toEqual(decided)
      }),
    )
  })

  test('does not change when the state does', () => {
    fc.assert(
      fc.property(runs, runs, (steps, later) => {
        const { desk } = play(steps)
        const before = textOf(desk.partition)
        const parts = desk.partition.snapshot()
        goOn(desk.partition, later)
        expect([...parts].map(asText)).toEqual(before)
      }),
    )
  })

  test('that lacks a part, or has one twice, is not restored', () => {
    fc.assert(
      fc.property(runs, fc.nat(), fc.boolean(), (steps, which, twice) => {
        const { desk } = play(steps)
        const parts = [...desk.partition.snapshot()]
        const at = which % parts.length
        parts.splice(at, twice ? 0 : 1, ...(twice ? [parts[at]!] : []))
        expect(() => restored(desk, parts)).toThrow(SnapshotError)
      }),
      { numRuns: 300 },
    )
  })

  test('is refused of another partition, without its plan, and of what is not committed', () => {
    const desk = new Desk()
    for (const show of shows) {
      desk.ask(asked({ type: 'ScheduleShow', data: terms({ showId: show }) }, { subject: show }))
    }
    expect(() => desk.partition.snapshot()).toThrow('not final')
    desk.commit()
    const parts = [...desk.partition.snapshot()]
    const elsewhere = new PartitionRestore({ ...desk.options, partition: 4 })
    expect(() => elsewhere.take(parts[0]!)).toThrow('partition 3')
    const planless = new PartitionRestore({ ...desk.options, streams: showStreams(() => null) })
    planless.take(parts[0]!)
    const show = parts.find(({ part }) => part === 'show')!
    expect(planless.missingPlan(show)).toBe('small')
    expect(() => planless.take(show)).toThrow(SnapshotError)
  })

  /**
   * Of one history. It changes when the fold of a journal changes, or a part's form: then raise `foldVersion`, so that no
   * code restores what it would not have folded, and put the new hash here.
   */
  test('belongs to a fold version', () => {
    const desk = new Desk()
    const data = { showId }
    const commands: ShowCommand[] = [
      { type: 'ScheduleShow', data: terms({ published: false }) },
      ofShow.publish,
      holdSeats(1, 'ann', ['A1', 'A2'], { pit: 1 }),
      holdSeats(2, 'bob', ['B1']),
      holdBest(3, 'cem', 3),
      holdSeats(4, 'dan', ['A1']),
      { type: 'ConfirmReservation', data: { ...data, reservationId: reservationId(1), confirmedBy: 'box-office' } },
      extend(2, 'bob'),
      change(3, 'cem', { seats: ['C1', 'C2'] }),
      { type: 'ReleaseHold', data: { ...data, reservationId: reservationId(3), customerId: 'cem' } },
      holdSeats(5, 'eve', ['B2']),
      { type: 'WithdrawPlaces', data: { ...data, seats: ['C9'], areas: [{ area: 'pit', quantity: 1 }] } },
      ofShow.pause,
    ]
    for (const command of commands) desk.ask(asked(command))
    desk.tick(opens + 1.5 * holdMs)
    desk.commit()
    expect(desk.journal.map(({ type }) => type)).toContain('HoldExpired')
    const hash = createHash('sha256').update(textOf(desk.partition).join('\n')).digest('hex')
    expect({ foldVersion, hash: hash.slice(0, 16) }).toEqual({ foldVersion: 4, hash: '2ea18a8a5a974d6f' })
  })

  test('of a show that had 200,000 reservations and has none left is restored', () => {
    const desk = new Desk()
    desk.ask(asked({ type: 'ScheduleShow', data: terms() }))
    desk.commit()
    const freed = Array.from({ length: 20 }, (_, piece) =>
      Array.from({ length: 10_000 }, (_, at) => 10_000 * piece + at),
    )
    const parts = [...desk.partition.snapshot()].flatMap((part): SnapshotPart[] =>
      part.part === 'show'
        ? [
            { ...part, slots: 200_000, freeSlots: 200_000 },
            ...freed.map((slots): SnapshotPart => ({ part: 'free-slots', slots })),
          ]
        : [part],
    )
    expect([...restored(desk, parts).snapshot()]).toEqual(parts)
  })

  test('keeps the order in which cancelled shows are wound down', () => {
    const desk = new Desk()
    for (const id of shows) {
      desk.ask(asked({ type: 'ScheduleShow', data: terms({ showId: id }) }, { subject: id }))
      for (const n of [1, 2]) {
        const { data } = holdSeats(n, 'ann', [`B${n}`]) as Extract<ShowCommand, { type: 'HoldSeats' }>
        desk.ask(
          asked(
            { type: 'HoldSeats', data: { ...data, showId: id, reservationId: reservationId(n, id) } },
            { subject: id },
          ),
        )
      }
    }
    for (const id of shows.toReversed()) {
      desk.ask(asked({ type: 'CancelShow', data: { showId: id, reason: 'storm' } }, { subject: id }))
    }
    desk.commit()
    const taken = restored(desk, [...desk.partition.snapshot()])
    expect(desk.partition.windDown(3)).toHaveLength(3)
    expect(taken.windDown(3)).toEqual(desk.partition.windDown(3))
  })

  test('keeps the order in which the reservations of a cancelled show are called off, where slots were given again', () => {
    const desk = new Desk()
    const release = { showId, reservationId: reservationId(1), customerId: 'ann' }
    const commands: ShowCommand[] = [
      { type: 'ScheduleShow', data: terms() },
      holdSeats(1, 'ann', ['A1']),
      holdSeats(2, 'bob', ['B1']),
      { type: 'ReleaseHold', data: release },
      holdSeats(3, 'ann', ['A1']),
      ofShow.cancel,
    ]
    for (const command of commands) desk.ask(asked(command))
    desk.commit()
    const taken = restored(desk, [...desk.partition.snapshot()])
    expect(desk.partition.windDown(1)).toHaveLength(1)
    expect(taken.windDown(1)).toEqual(desk.partition.windDown(1))
  })

  test('of keys past their time and of full rings is whole', () => {
    const desk = new Desk({ maxAccepted: 4, maxRejected: 4 })
    desk.ask(asked({ type: 'ScheduleShow', data: terms({ showId: shows[0]! }) }))
    for (let n = 0; n < 9; n++) desk.ask(asked({ type: 'PublishShow', data: { showId: shows[0]! } }))
    desk.ask(asked({ type: 'PublishShow', data: { showId: shows[0]! } }, { appendedAt: opens + acceptedForMs }))
    desk.commit()
    expect(desk.partition.idempotency.evictions).toBeGreaterThan(0)
    expect(restored(desk, [...desk.partition.snapshot()]).describe()).toEqual(desk.partition.describe())
  })
})
