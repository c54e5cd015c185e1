import { describe, expect, it } from '@jest/globals'
import type { CommandOperation, ReadOperation } from '../history.js'
import { at, LittleJournal, read, reservationId, sent } from '../testing/little-history.js'
import { checkCommands } from './check-commands.js'
import { checkReads } from './check-reads.js'
import { JournalFacts } from './journal-facts.js'

const kindsOf = (operations: CommandOperation[], journal: LittleJournal) =>
  checkCommands(operations, new JournalFacts(journal.facts)).map(({ kind }) => kind)
const journal = () => new LittleJournal()
const places = ['2×floor', 'A-1']

describe('commands', () => {
  it('has nothing to say against what was decided once and as it was answered', () => {
    const log = journal()
      .decided('a', ['SeatsHeld'])
      .decided('b', ['CommandRejected', { reason: 'seat-taken' }])
      .decided('c', ['ReservationConfirmed'])
      .decided('c', ['CommandRepeated'])
    const commands = [
      sent('a', 'reserve', { places, position: at(0) }),
      sent('b', 'reserve', { outcome: 'fail', code: 'seat-taken', position: at(1) }),
      sent('c', 'confirm', { position: at(2) }),
      sent('d', 'confirm', { outcome: 'unknown' }),
      sent('e', 'reserve', { outcome: 'fail', code: 'invalid-input' }),
    ]
    expect(kindsOf(commands, log)).toEqual([])
  })

  it.each<[string, CommandOperation, LittleJournal, string[]]>([
    ['acknowledged, not in the log', sent('a', 'reserve'), journal(), ['lost']],
    ['acknowledged, refused in the log', sent('a', 'reserve'), journal().decided('a', ['CommandRejected']), ['lost']],
    ['taken by a 202, not in the log', sent('a', 'reserve', { outcome: 'unknown', taken: true }), journal(), ['lost']],
    [
      'refused with a position, no refusal in the log',
      sent('a', 'reserve', { outcome: 'fail', code: 'seat-taken', position: at(0) }),
      journal(),
      ['lost'],
    ],
    [
      'done twice',
      sent('a', 'reserve'),
      journal().decided('a', ['SeatsHeld']).decided('a', ['SeatsHeld']),
      ['doubled'],
    ],
    [
      'done twice, its sender knows nothing',
      sent('a', 'reserve', { outcome: 'unknown' }),
      journal().decided('a', ['SeatsHeld']).decided('a', ['SeatsHeld']),
      ['doubled'],
    ],
    [
      'refused and done',
      sent('a', 'reserve', { outcome: 'fail', code: 'seat-taken' }),
      journal().decided('a', ['SeatsHeld']),
      ['contradicted'],
    ],
    [
      'done as something else',
      sent('a', 'release'),
      journal().decided('a', ['ReservationConfirmed']),
      ['effect-differs'],
    ],
    [
      'done to another reservation',
      sent('a', 'confirm'),
      journal().decided('a', ['ReservationConfirmed', { reservationId: '0.show.r2' }]),
      ['effect-differs'],
    ],
    [
      'other places',
      sent('a', 'reserve', { places }),
      journal().decided('a', ['SeatsHeld', { seats: [{ seat: 'A-2' }] }]),
      ['effect-differs'],
    ],
    [
      'a position before the answer',
      sent('b', 'reserve', { position: at(0) }),
      journal().decided('a', ['CommandRejected']).decided('b', ['SeatsHeld']),
      ['effect-differs'],
    ],
  ])('finds: %s', (_, command, log, found) => {
    expect(kindsOf([command], log)).toEqual(found)
  })
})

describe('reads', () => {
  const log = new LittleJournal()
    .decided('a', ['SeatsHeld'])
    .decided('b', ['ReservationConfirmed'])
    .decided('c', ['ReservationCancelled'])
  const check = (operation: ReadOperation) =>
    checkReads([operation], new JournalFacts(log.facts)).map(({ kind }) => kind)
  const [held, confirmed, cancelled] = ['held', 'confirmed', 'cancelled'].map((status) => [status, ...places].join(' '))

  it('may show what it says, or what came later', () => {
    for (const value of [held, confirmed, cancelled]) expect(check(read(value as string, at(0)))).toEqual([])
    expect(check(read(cancelled as string, at(9), { asked: at(9) }))).toEqual([])
  })

  it.each<[string, ReadOperation, string[]]>([
    ['older than was asked for', read(held as string, at(0), { asked: at(1) }), ['went-back']],
    ['of another partition', read(held as string, at(3, 1), { asked: at(1) }), ['went-back']],
    ['older than it says', read(held as string, at(1)), ['went-back']],
    ['what never was', read('held B-7', at(1)), ['effect-differs']],
    [
      'what its reader made is not found',
      read('', at(0), { outcome: 'fail', code: 'reservation-not-found' }),
      ['own-write-unseen'],
    ],
  ])('finds: %s', (_, operation, found) => {
    expect(check(operation)).toEqual(found)
  })

  it('a read that was put off says nothing against anybody', () => {
    expect(check(read('', at(0), { outcome: 'unknown', code: 'not-yet-projected' }))).toEqual([])
  })

  it('knows a reservation from its first event on', () => {
    expect(new JournalFacts(log.facts).reservations.get(reservationId)?.map(({ text }) => text)).toEqual([
      held,
      confirmed,
      cancelled,
    ])
  })
})
