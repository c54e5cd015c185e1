import fc from 'fast-check'
import type { AreaQuantity, ShowCommand } from '../show/commands.js'
import { holdMs, reservationId, showId, smallPlan } from './fixtures.js'

/** Few of everything, so that commands meet each other; a little that does not exist or makes no sense. */
function mostly<T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: rare })
}

const rows = smallPlan.sections.flatMap((section) => section.rows)
const aSeat = mostly(
  fc.constantFrom(...rows.flatMap((row) => row.seats.slice(0, 4).map(({ id }) => id))),
  fc.constant('Z1'),
)
const anArea = fc.record({
  area: mostly(fc.constantFrom('pit', 'box'), fc.constant('roof')),
  quantity: mostly(fc.integer({ min: 1, max: 3 }), fc.constant(0)),
})

/** A reservation's number and a customer: mostly the one whose number it is. */
const customers = ['ann', 'bob', 'cat'] as const
const ofCustomer = fc
  .record({ n: fc.integer({ min: 1, max: 12 }), other: fc.nat(8) })
  .map(({ n, other }) => ({ n, customerId: customers[(n + (other < 3 ? other : 0)) % 3]! }))

const usualHold = fc.record({
  seats: fc.array(aSeat, { maxLength: 3 }),
  areas: fc.oneof(
    { weight: 2, arbitrary: fc.constant<AreaQuantity[]>([]) },
    { weight: 1, arbitrary: fc.array(anArea, { maxLength: 2 }) },
  ),
})

export const showCommand = (show = showId): fc.Arbitrary<ShowCommand> => {
  const about = (n: number) => ({ showId: show, reservationId: reservationId(n, show) })
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(ofCustomer, usualHold).map(
        ([{ n, customerId }, places]): ShowCommand => ({
          type: 'HoldSeats',
          data: { ...about(n), customerId, ...places, bestAvailable: null },
        }),
      ),
    },
    {
      weight: 2,
      arbitrary: ofCustomer.map(
        ({ n, customerId }): ShowCommand => ({ type: 'ReleaseHold', data: { ...about(n), customerId } }),
      ),
    },
    {
      weight: 3,
      arbitrary: ofCustomer.map(
        ({ n }): ShowCommand => ({ type: 'ConfirmReservation', data: { ...about(n), confirmedBy: 'box-office' } }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(ofCustomer, fc.boolean()).map(
        ([{ n, customerId }, trusted]): ShowCommand => ({
          type: 'CancelReservation',
          data: { ...about(n), customerId: trusted ? null : customerId, reason: 'changed-mind' },
        }),
      ),
    },
  )
}

/** Milliseconds from one thing to the next: often none, so that holds live on; `exactly` in 20 times a hold's length, or one beside it. */
export const pause = (exactly: number) =>
  fc.oneof(
    { weight: 10, arbitrary: fc.constant(0) },
    { weight: 10, arbitrary: fc.integer({ min: 1, max: holdMs / 20 }) },
    { weight: exactly, arbitrary: fc.constantFrom(holdMs - 1, holdMs, holdMs + 1) },
  )
