import { describe, expect, it } from '@jest/globals'
import { LogScript } from './testing/log-script.js'
import { planted } from './testing/planted.js'
import { recounted, recountedBoth } from './testing/recount.js'
import { RoomScript } from './testing/room-script.js'
import { invariants } from './violation.js'

describe('the audit of the log', () => {
  for (const { title, invariant, also = [], plant } of planted)
    it(`${invariant ?? 'nothing wrong'}: ${title}`, async () => {
      const script = new LogScript(3)
      const room = new RoomScript(3, script)
      plant(script, room)
      const audit = await recountedBoth(script, room)
      const violations = [...audit.partitions.values(), ...audit.rooms.values()].flatMap((it) => it.violations)
      const names = new Set(violations.map((violation) => violation.invariant))
      if (invariant === null) expect(violations).toEqual([])
      else expect([...names].sort()).toEqual([invariant, ...also].sort())
    })

  it('has a planted mistake for each invariant of the log', () => {
    const names = new Set(planted.map(({ invariant }) => invariant))
    const missing = Object.keys(invariants).filter(
      (name) => !names.has(name as never) && !name.startsWith('read-model'),
    )
    expect(missing).toEqual([])
  })

  it('counts records, streams, commands, what waits and what was ignored', async () => {
    const script = new LogScript(0)
    script.claim('one').schedule().hold('a', 'alice', ['A-1']).claim('two')
    script.as('one', (stale) => stale.write('onsale.journal.OwnerLeft', {})).ask('waits')
    const audit = await recountedBoth(script, new RoomScript(0, script))
    const ends = { reservation: new Map([[0, script.commands.length]]), queue: new Map([[0, 2]]) }
    expect(audit.result(ends, script.now)).toEqual({
      events: 4,
      streams: 1,
      violations: [],
      gaps: 0,
      ignoredStale: 1,
      commands: 2,
      undecided: 3,
    })
  })

  it('gives the cancelling of many reservations a moment', async () => {
    const script = new LogScript(0)
    script.claim('one').schedule().hold('a', 'alice', ['A-1'])
    script.show('ShowCancelled', { reason: 'artist-ill', reservations: 1 })
    for (const [readAfterMs, found] of [
      [9_999, 0],
      [10_000, 1],
    ] as const)
      expect((await recounted(script, script.now + readAfterMs)).violations).toHaveLength(found)
  })

  it('names an event that nobody can read, once: what follows is no gap, and the show is not judged by half', async () => {
    const script = new LogScript(3)
    script.claim('one').schedule().hold('a', 'alice', ['A-1'])
    script.answer('onsale.reservation.events.SeatsPainted', { showId: script.showId })
    script.release('a', 'alice', ['A-1']).hold('b', 'bob', ['A-1'])
    const { violations, gaps } = await recounted(script)
    expect(violations).toMatchObject([{ invariant: 'record-wrong', show: script.showId, offset: 3 }])
    expect(gaps).toBe(0)
  })

  it('names show, partition, offset and what is the matter', async () => {
    const script = new LogScript(3)
    script.claim('one').schedule().hold('a', 'alice', ['A-1']).hold('b', 'bob', ['A-1'])
    const { violations } = await recounted(script)
    expect(violations).toEqual([
      {
        invariant: 'seat-two-owners',
        journal: 'reservation',
        show: script.showId,
        partition: 3,
        offset: 3,
        detail: `seat A-1 is ${script.reservation('a')}'s and was given to ${script.reservation('b')}`,
      },
    ])
  })
})
