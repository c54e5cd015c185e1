import fc from 'fast-check'
import type { ShowCommand } from '../show/commands.js'
import { holdMs, reservationId, showId, smallPlan } from './fixtures.js'

/** Few of everything, so that commands meet each other; a little that does not exist. */
const seats = [
  ...smallPlan.sections.flatMap((section) => section.rows.flatMap((row) => row.seats.slice(0, 4).map(({ id }) => id))),
]
const aSeat = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...seats) },
  { weight: 1, arbitrary: fc.constant('Z1') },
)
const anArea = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('pit', 'box') },
  { weight: 1, arbitrary: fc.constant('roof') },
)
const customerId = fc.constantFrom('ann', 'bob', 'cat')
const reservation = fc.integer({ min: 1, max: 12 })

export const showCommand = (show = showId): fc.Arbitrary<ShowCommand> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .record({
          n: reservation,
          customerId,
          seats: fc.array(aSeat, { maxLength: 4 }),
          areas: fc.array(fc.record({ area: anArea, quantity: fc.integer({ min: 0, max: 4 }) }), { maxLength: 2 }),
        })
        .map(
          ({ n, ...data }): ShowCommand => ({
            type: 'HoldSeats',
            data: { showId: show, reservationId: reservationId(n, show), ...data },
          }),
        ),
    },
    {
      weight: 2,
      arbitrary: fc.record({ n: reservation, customerId }).map(
        ({ n, customerId }): ShowCommand => ({
          type: 'ReleaseHold',
          data: { showId: show, reservationId: reservationId(n, show), customerId },
        }),
      ),
    },
    {
      weight: 3,
      arbitrary: reservation.map(
        (n): ShowCommand => ({
          type: 'ConfirmReservation',
          data: { showId: show, reservationId: reservationId(n, show), confirmedBy: 'box-office' },
        }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record({ n: reservation, customerId: fc.option(customerId) }).map(
        ({ n, customerId }): ShowCommand => ({
          type: 'CancelReservation',
          data: { showId: show, reservationId: reservationId(n, show), customerId, reason: 'changed-mind' },
        }),
      ),
    },
  )

/** Milliseconds from one thing to the next: often none, sometimes exactly a hold's length, or one beside it. */
export const pause = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: holdMs / 3 }) },
  { weight: 2, arbitrary: fc.constantFrom(holdMs - 1, holdMs, holdMs + 1) },
)
