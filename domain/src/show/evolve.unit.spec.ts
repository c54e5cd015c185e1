import { describe, expect, test } from '@jest/globals'
import {
  about,
  cancelled,
  confirmed,
  euro,
  expired,
  held,
  holdMs,
  opens,
  released,
  scheduled,
  showId,
  smallPlan,
  uuid,
} from '../testing/fixtures.js'
import { fold } from '../testing/given.js'
import { indexPlan } from '../venue/plan-index.js'
import { describeShow } from './describe.js'
import type { ShowEvent } from './events.js'
import { ContradictionError, evolve } from './evolve.js'

const now = opens
const anns = about(1, 'ann', ['A1'], { pit: 2 })
const isHeld = [scheduled(), held(1, 'ann', now, ['A1'], { pit: 2 })]
const total = euro.front + 2 * euro.floor
const isConfirmed = [...isHeld, confirmed(anns, total, now)]
const plan = indexPlan(smallPlan)

function changed(event: ShowEvent, data: object): ShowEvent {
  return { type: event.type, data: { ...event.data, ...data } } as ShowEvent
}

describe('an event that contradicts the state stops the fold, names show and event, and changes nothing', () => {
  const contradictions: [what: string, before: ShowEvent[], event: ShowEvent, says: RegExp][] = [
    ['a show scheduled twice', [scheduled()], scheduled(), /before/],
    ['a capacity that is not the plan’s', [], changed(scheduled(), { capacity: 1 }), /capacity 1/],
    ['a hold before the show', [], held(1, 'ann', now, ['A1']), /not scheduled/],
    ['another show’s event', isHeld, changed(held(2, 'ann', now, ['A2']), { showId: `3.${uuid(9)}` }), /given to show/],
    ['a seat taken twice', isHeld, held(2, 'bob', now, ['A2', 'A1']), /seat A1 is .*0001's/],
    ['a sold seat', isConfirmed, held(2, 'bob', now, ['A1']), /seat A1/],
    ['a seat named twice', isHeld, held(2, 'bob', now, ['A2', 'A2']), /twice/],
    ['an unknown seat', isHeld, held(2, 'bob', now, ['Z1']), /no seat Z1/],
    ['an unknown area', isHeld, held(2, 'bob', now, [], { roof: 1 }), /no area roof/],
    ['an area past its capacity', isHeld, held(2, 'bob', now, [], { pit: 4 }), /has 3 left/],
    ['a quantity of none', isHeld, held(2, 'bob', now, [], { pit: 0 }), /0 places/],
    ['nothing', isHeld, held(2, 'bob', now, []), /holds nothing/],
    ['a total that is not the sum', isHeld, changed(held(2, 'bob', now, ['A2']), { totalMinor: 1 }), /costs 1/],
    ['a hold without length', isHeld, changed(held(2, 'bob', now, ['A2']), { expiresAt: now }), /ends before/],
    ['a reservation id used twice', isHeld, held(1, 'bob', now, ['A2']), /was there/],
    ['a reservation id of an ended one', [...isHeld, released(anns, now)], held(1, 'bob', now, ['A2']), /was there/],
    ['the end of a reservation that is not there', isHeld, released(about(2, 'ann', ['A1']), now), /no reservation/],
    ['the end of another customer’s', isHeld, released({ ...anns, customerId: 'bob' }, now), /not that customer/],
    ['the end with other seats', isHeld, released({ ...anns, seats: ['A2'] }, now), /other seats/],
    ['the end with other places', isHeld, released({ ...anns, areas: [{ area: 'pit', quantity: 1 }] }, now), /areas/],
    ['an expiry before its time', isHeld, expired(anns, now + holdMs - 1), /lasts until/],
    ['an expiry of a sale', isConfirmed, expired(anns, now + holdMs), /is confirmed/],
    ['a release of a sale', isConfirmed, released(anns, now), /is confirmed/],
    ['a second sale', isConfirmed, confirmed(anns, total, now), /is confirmed/],
    ['a cancelled sale that was none', isHeld, cancelled(anns, true, now), /is held/],
    ['a cancelled hold that was a sale', isConfirmed, cancelled(anns, false, now), /is confirmed/],
    ['an unknown type', isHeld, { type: 'SeatsPainted', data: { showId } } as unknown as ShowEvent, /does not know/],
  ]

  test.each(contradictions)('%s', (_, before, event, says) => {
    const state = fold(before)
    const description = state && describeShow(state)
    expect(() => evolve(state, event, plan)).toThrow(ContradictionError)
    expect(() => evolve(state, event, plan)).toThrow(says)
    expect(() => evolve(state, event, plan)).toThrow(new RegExp(`show ${event.data.showId}: ${event.type}`))
    expect(state && describeShow(state)).toEqual(description)
  })

  test('a show whose plan is not at hand', () => {
    expect(() => evolve(null, scheduled(), null)).toThrow('the plan small is not at hand')
  })
})

test('whatever ends a reservation gives all of its places back', () => {
  const empty = { ...describeShow(fold([scheduled()])!), ended: [] }
  const ends: ShowEvent[][] = [
    [released(anns, now)],
    [expired(anns, now + holdMs)],
    [cancelled(anns, false, now)],
    [confirmed(anns, total, now), cancelled(anns, true, now)],
  ]
  for (const events of ends) expect({ ...describeShow(fold([...isHeld, ...events])!), ended: [] }).toEqual(empty)
})
