import { beforeEach, describe, expect, test } from '@jest/globals'
import { acceptedForMs, rejectedForMs } from '../idempotency/idempotency.js'
import { asked, bodyHash, Desk } from '../testing/desk.js'
import {
  about,
  expired,
  held,
  holdMs,
  holdSeats,
  opens,
  reservationId,
  scheduled,
  showId,
  terms,
  uuid,
} from '../testing/fixtures.js'
import type { CommandEnvelope, DecidedRecord } from './records.js'

const schedule = asked({ type: 'ScheduleShow', data: terms({ salesUntil: opens * 2 }) }, { appendedAt: opens - 1000 })
const hold = (n: number, seats: string[], more: Partial<CommandEnvelope> = {}) =>
  asked(holdSeats(n, 'ann', seats), more)
const reasonOf = ([record]: DecidedRecord[]) =>
  record?.event.type === 'CommandRejected' ? record.event.data.reason : record?.event.type

let desk: Desk
beforeEach(() => {
  desk = new Desk()
  desk.ask(schedule)
})

describe('an answer', () => {
  test('is the events of the command, with their versions and whose they are', () => {
    const [record] = desk.ask(hold(1, ['A1'], { commandId: uuid(77), bodyHash: bodyHash(77), callerId: 'ann' }))
    expect(record).toEqual({
      event: held(1, 'ann', opens, ['A1']),
      subject: showId,
      streamVersion: 2,
      time: opens,
      commandOffset: 1,
      commandId: uuid(77),
      bodyHash: bodyHash(77),
      callerId: 'ann',
      commandRecords: 1,
    })
    expect(desk.partition.streams.get(showId)?.version).toBe(2)
    expect(desk.partition.position).toBe(1)
  })

  test('or CommandRejected, of no version', () => {
    desk.ask(hold(1, ['A1']))
    const [record] = desk.ask(hold(2, ['A1'], { commandId: uuid(77), bodyHash: bodyHash(77) }))
    expect(record).toMatchObject({
      event: {
        type: 'CommandRejected',
        data: {
          commandId: uuid(77),
          commandType: 'HoldSeats',
          subject: showId,
          callerId: 'ann',
          reason: 'seat-taken',
          details: ['A1'],
          remembered: true,
          decidedAt: opens,
        },
      },
      subject: showId,
      streamVersion: null,
      commandRecords: 1,
    })
    expect(desk.partition.streams.get(showId)?.version).toBe(2)
  })

  test('is given at the command’s log time, which never goes back', () => {
    expect(desk.ask(hold(1, ['A1'], { appendedAt: opens + 50 }))[0]!.time).toBe(opens + 50)
    expect(desk.ask(hold(2, ['A2'], { appendedAt: opens + 20 }))[0]!.time).toBe(opens + 50)
    expect(desk.partition.logTime).toBe(opens + 50)
  })

  test('comes to the next command only', () => {
    const envelope = {
      ...hold(1, ['A1']),
      appendedAt: opens,
      subject: showId,
      commandId: uuid(1),
      bodyHash: bodyHash(1),
      callerId: null,
      deadline: null,
    }
    for (const offset of [0, 2])
      expect(() => desk.partition.decide({ ...envelope, offset }, opens)).toThrow(
        'the next command of partition 3 is 1',
      )
  })

  test('needs the plan of a show to be scheduled', () => {
    const other = { ...terms({ planHash: 'other', showId: `3.${uuid(5)}` }) }
    const command = asked({ type: 'ScheduleShow', data: other }, { subject: other.showId })
    expect(desk.partition.missingPlan(command)).toBe('other')
    expect(desk.partition.missingPlan(schedule)).toBeNull()
    expect(desk.partition.missingPlan(hold(1, ['A1']))).toBeNull()
    expect(reasonOf(desk.ask(command))).toBe('plan-not-found')
  })
})

describe('idempotency', () => {
  const key = { commandId: uuid(500), bodyHash: bodyHash(500) }

  test('the same key and body give the first answer’s offset, known only once it is committed', () => {
    desk.commit()
    desk.ask(hold(9, ['B1']))
    desk.ask(hold(1, ['A1'], key))
    const at = {
      ...hold(1, ['A1'], key),
      offset: 3,
      appendedAt: opens,
      subject: showId,
      callerId: null,
      deadline: null,
      ...key,
    }
    expect(desk.partition.needsFlushBefore(at)).toBe(true)
    expect(() => desk.partition.decide(at, opens)).toThrow('not committed')
    const [again] = desk.ask(hold(1, ['A1'], key))
    const first = desk.journal.find((record) => record.commandId === key.commandId)!
    expect(again!.event).toMatchObject({
      type: 'CommandRepeated',
      data: { commandId: key.commandId, firstOffset: first.offset },
    })
    expect(first.type).toBe('SeatsHeld')
    expect(desk.partition.needsFlushBefore(at)).toBe(false)
  })

  test('a repeated refusal likewise, for ten minutes', () => {
    desk.ask(hold(1, ['Z1'], key))
    desk.commit()
    expect(reasonOf(desk.ask(hold(1, ['Z1'], { ...key, appendedAt: opens + rejectedForMs - 1 })))).toBe(
      'CommandRepeated',
    )
    expect(reasonOf(desk.ask(hold(1, ['Z1'], { ...key, appendedAt: opens + rejectedForMs })))).toBe('seat-not-found')
  })

  test('an accepted one for a day, whatever has become of it', () => {
    desk.ask(hold(1, ['A1'], key))
    expect(reasonOf(desk.ask(hold(1, ['A1'], { ...key, appendedAt: opens + acceptedForMs - 1 })))).toBe(
      'CommandRepeated',
    )
    desk.commit()
    expect(reasonOf(desk.ask(hold(1, ['A1'], { ...key, appendedAt: opens + acceptedForMs })))).toBe('HoldExpired')
  })

  test('the same key and another body are refused, and do not hide the first answer', () => {
    desk.ask(hold(1, ['A1'], key))
    const [reused] = desk.ask(hold(1, ['A2'], { ...key, bodyHash: bodyHash(501) }))
    expect(reused!.event).toMatchObject({
      type: 'CommandRejected',
      data: { reason: 'idempotency-key-reused', remembered: false },
    })
    expect(reasonOf(desk.ask(hold(1, ['A1'], key)))).toBe('CommandRepeated')
  })

  test('a repeated command past its deadline still gets its answer', () => {
    desk.ask(hold(1, ['A1'], key))
    expect(reasonOf(desk.ask(hold(1, ['A1'], { ...key, deadline: opens }), opens + 5000))).toBe('CommandRepeated')
  })
})

describe('refused by the partition itself, and not remembered', () => {
  test('past its deadline, so that the same key may be tried anew', () => {
    const key = { commandId: uuid(500), bodyHash: bodyHash(500) }
    const [late] = desk.ask(hold(1, ['A1'], { ...key, deadline: opens + 10 }), opens + 11)
    expect(late!.event).toMatchObject({ data: { reason: 'deadline-passed', remembered: false } })
    expect(reasonOf(desk.ask(hold(1, ['A1'], { ...key, deadline: opens + 10 }), opens + 10))).toBe('SeatsHeld')
  })

  test('older than its key would be remembered', () => {
    expect(reasonOf(desk.ask(hold(1, ['A1']), opens + acceptedForMs + 1))).toBe('deadline-passed')
    expect(reasonOf(desk.ask(hold(1, ['A1']), opens + acceptedForMs))).toBe('SeatsHeld')
  })

  test('of another partition', () => {
    const stray = `2.${uuid(1)}`
    const command = holdSeats(1, 'ann', ['A1'])
    const [record] = desk.ask({ type: 'HoldSeats', data: { ...command.data, showId: stray }, subject: stray })
    expect(record!.event).toMatchObject({ data: { reason: 'wrong-partition', details: ['3'], remembered: false } })
  })

  test.each<[string, Partial<CommandEnvelope>]>([
    ['value', { data: null }],
    ['type', { type: 'PaintSeats' }],
    ['type', { type: null }],
    ['command-id', { commandId: null }],
    ['command-id', { commandId: 'x' }],
    ['command-id', { bodyHash: null }],
    ['subject', { subject: null }],
    ['subject', { subject: 'x' }],
    ['subject', { subject: `3.${uuid(8)}` }],
  ])('malformed: %s', (part, fields) => {
    const [record] = desk.ask({ ...hold(1, ['A1']), ...fields })
    expect(record!.event).toMatchObject({
      type: 'CommandRejected',
      data: { reason: 'malformed', details: [part], remembered: false },
    })
    expect(reasonOf(desk.ask(hold(1, ['A1'])))).toBe('SeatsHeld')
    desk.commit()
    expect(desk.standby().describe()).toEqual(desk.partition.describe())
  })
})

describe('deadlines', () => {
  const later = opens + holdMs

  test('come before the command that they make way for, and answer no command', () => {
    desk.ask(hold(1, ['A1']))
    const records = desk.ask(hold(2, ['A1'], { appendedAt: later }))
    expect(records.map(({ event }) => event)).toEqual([
      expired(about(1, 'ann', ['A1']), later),
      held(2, 'ann', later, ['A1']),
    ])
    expect(records[0]).toMatchObject({
      commandId: null,
      commandOffset: null,
      bodyHash: null,
      callerId: null,
      commandRecords: null,
    })
    expect(records.map(({ streamVersion }) => streamVersion)).toEqual([3, 4])
    expect(records[1]).toMatchObject({ commandOffset: 2, commandRecords: 1 })
  })

  test('many of them come in steps', () => {
    for (let n = 1; n <= 4; n++) desk.ask(hold(n, [`C${n}`]))
    desk.commit()
    const envelope: CommandEnvelope = {
      ...hold(5, ['C1']),
      offset: 5,
      appendedAt: later,
      subject: showId,
      commandId: uuid(5),
      bodyHash: bodyHash(5),
      callerId: null,
      deadline: null,
    }
    const step = () => {
      const decided = desk.partition.decide(envelope, later)
      desk.partition.apply(decided.records)
      return [decided.records.map(({ event }) => event.type), decided.answered]
    }
    expect(step()).toEqual([['HoldExpired', 'HoldExpired', 'HoldExpired'], false])
    expect(step()).toEqual([['HoldExpired'], false])
    expect(step()).toEqual([['SeatsHeld'], true])
  })

  test('come by the clock where no command waits, of all shows, in chunks', () => {
    const other = `3.${uuid(6)}`
    desk.ask({ ...schedule, data: { ...(schedule.data as object), showId: other }, subject: other })
    for (let n = 1; n <= 3; n++) desk.ask(hold(n, [`C${n}`], { appendedAt: opens + n }))
    const command = holdSeats(1, 'bob', ['A1'])
    desk.ask({
      type: 'HoldSeats',
      data: { ...command.data, showId: other, reservationId: reservationId(1, other) },
      subject: other,
      appendedAt: opens + 3,
    })
    desk.commit()
    expect(desk.partition.nextDeadline()).toBe(later + 1)
    expect(desk.tick(later)).toEqual([])
    expect(desk.partition.logTime).toBe(opens + 3)
    expect(desk.tick(later + 1, 10).map(({ event }) => event)).toEqual([expired(about(1, 'ann', ['C1']), later + 1)])
    expect(desk.partition.nextDeadline()).toBe(later + 2)
    expect(desk.tick(later + 9, 2)).toHaveLength(2)
    expect(desk.tick(later + 9, 2).map(({ subject }) => subject)).toEqual([other])
    expect(desk.partition.nextDeadline()).toBeNull()
    desk.commit()
    expect(desk.standby().describe()).toEqual(desk.partition.describe())
  })
})

test('a clock that is behind log time does not turn time back', () => {
  const other = `3.${uuid(6)}`
  desk.ask(hold(1, ['A1']))
  const late = opens + holdMs + 10
  desk.ask({ ...schedule, data: { ...(schedule.data as object), showId: other }, subject: other, appendedAt: late })
  expect(desk.tick(opens).map(({ event, time }) => [event, time])).toEqual([
    [expired(about(1, 'ann', ['A1']), late), late],
  ])
})

describe('the fold', () => {
  const journal = () => {
    desk.ask(hold(1, ['A1']))
    desk.commit()
    return structuredClone(desk.journal)
  }

  test('leaves out what it had', () => {
    const standby = desk.standby(journal())
    const before = standby.describe()
    expect(desk.journal.map((record) => standby.fold(record))).toEqual(desk.journal.map(() => false))
    expect(standby.describe()).toEqual(before)
  })

  test.each<[string, (records: ReturnType<typeof journal>) => void, RegExp]>([
    [
      'a gap in a stream',
      (records) => {
        records[2]!.streamVersion = 3
      },
      /offset 3: SeatsHeld has version 3, due is 2/,
    ],
    [
      'a command that was left out',
      (records) => {
        records[2]!.commandOffset = 2
      },
      /answers command 2, the last one answered was 0/,
    ],
    [
      'a command that goes back',
      (records) => {
        records[1]!.commandOffset = -2
      },
      /answers command -2/,
    ],
    [
      'time that goes back',
      (records) => {
        records[2]!.time = 5
      },
      /its time 5 is before/,
    ],
    [
      'another claim’s record',
      (records) => {
        records[2]!.claimId = 'stale'
      },
      /claim stale is not in force/,
    ],
    [
      'another stream’s event',
      (records) => {
        records[2]!.subject = `3.${uuid(9)}`
      },
      /SeatsHeld of show/,
    ],
    [
      'an answer without its body hash',
      (records) => {
        records[2]!.bodyHash = null
      },
      /without its id and body hash/,
    ],
    [
      'a type that is not known',
      (records) => {
        records[2]!.type = 'SeatsPainted'
      },
      /does not know the type SeatsPainted/,
    ],
    [
      'a seat taken twice',
      (records) => {
        records.push({
          ...records[2]!,
          offset: 9,
          streamVersion: 3,
          commandOffset: 2,
          data: held(2, 'bob', opens, ['A1']).data,
        })
      },
      /seat A1 is/,
    ],
  ])('stops at %s', (_, damage, says) => {
    const records = journal()
    damage(records)
    expect(() => desk.standby(records)).toThrow(says)
  })

  test('knows its claim and its place', () => {
    const standby = desk.standby(journal())
    expect(standby.claimId).toBe('claim-1')
    expect(standby.journalOffset).toBe(3)
    expect(standby.streams.size).toBe(1)
    expect(standby.idempotency.size).toBe(2)
    expect(standby.idempotency.evictions).toBe(0)
  })

  test('does not mix with what is not committed', () => {
    const before = journal()
    desk.ask(hold(2, ['A2']))
    expect(desk.partition.uncommitted).toBe(1)
    expect(() => desk.partition.fold({ ...before[2]!, offset: 50 })).toThrow('not committed')
    expect(() => desk.partition.describe()).toThrow('not committed')
    expect(() => desk.partition.committed(1)).toThrow('committed at 1')
  })

  test('without the plan stops, and can go on when it is there', () => {
    const show = scheduled({ planHash: 'other' })
    const first = { ...journal()[1]!, data: show.data }
    expect(() => desk.standby([desk.journal[0]!, first])).toThrow('the plan other is not at hand')
  })
})
