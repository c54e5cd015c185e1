import fc from 'fast-check'
import { admissionText } from '../show/admission.js'
import type { AdmissionProof, AreaQuantity, BestAvailable, Choice, ShowCommand } from '../show/commands.js'
import { holdMs, opens, reservationId, showId, smallPlan } from './fixtures.js'

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

const someAreas: fc.Arbitrary<AreaQuantity[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<AreaQuantity[]>([]) },
  { weight: 1, arbitrary: fc.array(anArea, { maxLength: 2 }) },
)
const bestAvailable: fc.Arbitrary<BestAvailable> = fc.record({
  category: mostly(fc.constantFrom(null, 'front', 'back'), fc.constantFrom('floor', 'nowhere')),
  quantity: mostly(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 5)),
  together: mostly(fc.constantFrom('required', 'preferred'), fc.constant('perhaps')),
  accessible: mostly(fc.constant(false), fc.constant(true)),
})
const choice: fc.Arbitrary<Choice> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      seats: fc.array(aSeat, { maxLength: 3 }),
      areas: someAreas,
      bestAvailable: mostly(fc.constant(null), bestAvailable),
    }),
  },
  { weight: 1, arbitrary: fc.record({ seats: fc.constant<string[]>([]), areas: someAreas, bestAvailable }) },
)

/** What an organizer does; the end of a show is rare. */
const organizing = (show: string): fc.Arbitrary<ShowCommand> => {
  const data = { showId: show }
  const places = fc.record({ seats: fc.array(aSeat, { maxLength: 3 }), areas: fc.array(anArea, { maxLength: 1 }) })
  const window = fc.record({ from: fc.integer({ min: -2, max: 1 }), until: fc.integer({ min: 0, max: 40 }) })
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<ShowCommand>({ type: 'PublishShow', data }) },
    { weight: 2, arbitrary: fc.constant<ShowCommand>({ type: 'PauseSales', data: { ...data, reason: 'technical' } }) },
    { weight: 5, arbitrary: fc.constant<ShowCommand>({ type: 'ResumeSales', data }) },
    {
      weight: 2,
      arbitrary: window.map(({ from, until }): ShowCommand => {
        const salesFrom = opens + from * holdMs
        const salesUntil = opens + until * holdMs
        return { type: 'RescheduleShow', data: { ...data, salesFrom, salesUntil, startsAt: opens } }
      }),
    },
    {
      weight: 6,
      arbitrary: places.map((some): ShowCommand => ({ type: 'WithdrawPlaces', data: { ...data, ...some } })),
    },
    { weight: 6, arbitrary: places.map((some): ShowCommand => ({ type: 'AddPlaces', data: { ...data, ...some } })) },
    {
      weight: 4,
      arbitrary: mostly(fc.constantFrom('rebuilt', 'small'), fc.constant('gone')).map(
        (planHash): ShowCommand => ({ type: 'ChangePlan', data: { ...data, planHash } }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom<ShowCommand>({ type: 'RequireAdmission', data }, { type: 'LiftAdmission', data }),
    },
    { weight: 2, arbitrary: fc.constant<ShowCommand>({ type: 'CancelShow', data: { ...data, reason: 'artist-ill' } }) },
  )
}

/** Of one of few entries; now and then of another customer, or run out. */
const admission = fc.record({
  entry: fc.nat(8),
  forged: fc.nat(5).map((n) => n === 0),
  over: fc.nat(5).map((n) => n === 0),
})
type Admission = typeof admission extends fc.Arbitrary<infer A> ? A : never

function admissionOf(show: string, customerId: string, { entry, forged, over }: Admission): AdmissionProof {
  const of = { entryId: `${show}.${entry}`, expiresAt: over ? opens : 2 * opens }
  return { ...of, proof: admissionText(show, forged ? 'someone-else' : customerId, of) }
}

export const showCommand = (show = showId): fc.Arbitrary<ShowCommand> => {
  const about = (n: number) => ({ showId: show, reservationId: reservationId(n, show) })
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(ofCustomer, choice, fc.option(admission)).map(
        ([{ n, customerId }, places, admission]): ShowCommand => ({
          type: 'HoldSeats',
          data: {
            ...about(n),
            customerId,
            ...places,
            admission: admission && admissionOf(show, customerId, admission),
          },
        }),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(ofCustomer, choice).map(
        ([{ n, customerId }, places]): ShowCommand => ({
          type: 'ChangeSeats',
          data: { ...about(n), customerId, ...places },
        }),
      ),
    },
    {
      weight: 2,
      arbitrary: ofCustomer.map(
        ({ n, customerId }): ShowCommand => ({ type: 'ExtendHold', data: { ...about(n), customerId } }),
      ),
    },
    { weight: 2, arbitrary: organizing(show) },
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
