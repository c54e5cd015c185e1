import type { AnswerBook } from './answer-book.js'
import type { CountedReservation } from './counted-reservation.js'
import type { AreaRow, CommandRow, ReservationRow, SeatRow, ShowRow } from './read-model-rows.js'
import type { ShowCount } from './show-count.js'

/** A difference between a read model and the recount: which show (or command), and what. */
export interface Difference {
  show: string | null
  detail: string
}

export type Shows = ReadonlyMap<string, ShowCount>

export function compareShows(shows: Shows, rows: readonly ShowRow[]): Difference[] {
  return compareKeyed(
    [...shows].map(([show, { capacity, held, sold, places, life }]) => [
      show,
      show,
      describeShow({
        ...{ capacity, held, sold, planHash: places.planHash },
        ...{ salesFrom: life.terms?.salesFrom, salesUntil: life.terms?.salesUntil },
        ...{ published: life.published, paused: life.paused, cancelled: life.cancelled !== null },
      }),
    ]),
    rows.map((row) => [
      row.show_id,
      row.show_id,
      describeShow({
        ...{ capacity: row.capacity, held: row.held, sold: row.sold, planHash: row.plan_hash },
        ...{ salesFrom: row.sales_from, salesUntil: row.sales_until },
        ...{ published: row.published_at !== null, paused: row.paused_at !== null },
        cancelled: row.cancelled_at !== null,
      }),
    ]),
    'show',
  )
}

/** Every seat of every show, the free ones too; and the areas. */
export function compareSeats(shows: Shows, rows: readonly SeatRow[], areas: readonly AreaRow[]): Difference[] {
  const seats: Keyed[] = []
  const places: Keyed[] = []
  for (const [show, count] of shows) {
    const taken = new Map<string, string>()
    const held = new Map<string, number>()
    const sold = new Map<string, number>()
    for (const [id, reservation] of count.reservations) {
      const status = { held: 'held', confirmed: 'sold' }[reservation.status as string]
      if (!status) continue
      for (const seat of reservation.seats) taken.set(seat, `${status} by ${id}`)
      const sums = status === 'held' ? held : sold
      for (const [area, quantity] of reservation.areas) sums.set(area, (sums.get(area) ?? 0) + quantity)
    }
    const { plan, withdrawn, areaCapacity } = count.places
    for (const seat of plan?.seats.keys() ?? [])
      seats.push([`${show} ${seat}`, show, taken.get(seat) ?? (withdrawn.has(seat) ? 'withdrawn' : 'free')])
    for (const [area, capacity] of areaCapacity)
      places.push([`${show} ${area}`, show, `${held.get(area) ?? 0} held, ${sold.get(area) ?? 0} sold of ${capacity}`])
  }
  const seatRows = rows.map(
    ({ show_id, seat_id, status, reservation_id }): Keyed => [
      `${show_id} ${seat_id}`,
      show_id,
      reservation_id === null ? status : `${status} by ${reservation_id}`,
    ],
  )
  const areaRows = areas.map(
    ({ show_id, area_id, capacity, held, sold }): Keyed => [
      `${show_id} ${area_id}`,
      show_id,
      `${held} held, ${sold} sold of ${capacity}`,
    ],
  )
  return [...compareKeyed(seats, seatRows, 'seat'), ...compareKeyed(places, areaRows, 'area')]
}

export function compareReservations(shows: Shows, rows: readonly ReservationRow[]): Difference[] {
  const counted: Keyed[] = []
  for (const [show, { reservations }] of shows)
    for (const [id, reservation] of reservations) counted.push([id, show, describe(reservation)])
  return compareKeyed(
    counted,
    rows.map((row) => [row.reservation_id, row.show_id, describe(fromRow(row))]),
    'reservation',
  )
}

/** @param parked offsets of answers that are parked: those are not to be shown yet */
export function compareCommands(
  answers: AnswerBook,
  rows: readonly CommandRow[],
  parked: ReadonlySet<number> = new Set(),
): Difference[] {
  return compareKeyed(
    [...answers.standing()].flatMap(([id, { accepted, offset, show }]): Keyed[] =>
      parked.has(offset) ? [] : [[id, show, `${accepted ? 'accepted' : 'rejected'} at ${offset}`]],
    ),
    rows.map(({ command_id, outcome, answer_offset }) => [command_id, null, `${outcome} at ${answer_offset}`]),
    'command',
  )
}

/** Key, show, and everything about it that must be equal, for a person to read. */
type Keyed = [key: string, show: string | null, text: string]

function compareKeyed(counted: Keyed[], rows: Keyed[], what: string): Difference[] {
  const inRows = new Map(rows.map(([key, , text]) => [key, text]))
  const differences: Difference[] = []
  for (const [key, show, text] of counted) {
    const found = inRows.get(key)
    if (found === undefined) differences.push({ show, detail: `${what} ${key} is missing, the log says: ${text}` })
    else if (found !== text)
      differences.push({ show, detail: `${what} ${key}: the read model says ${found}, the log says ${text}` })
    inRows.delete(key)
  }
  const shows = new Map(rows.map(([key, show]) => [key, show]))
  for (const key of inRows.keys())
    differences.push({ show: shows.get(key) ?? null, detail: `${what} ${key} is in the read model and not in the log` })
  return differences
}

interface ShowFacts {
  capacity: number
  held: number
  sold: number
  planHash: string
  salesFrom: number | undefined
  salesUntil: number | undefined
  published: boolean
  paused: boolean
  cancelled: boolean
}

function describeShow({ capacity, held, sold, planHash, salesFrom, salesUntil, ...is }: ShowFacts): string {
  const states = (['published', 'paused', 'cancelled'] as const).filter((state) => is[state])
  const plan = planHash.slice(0, 12)
  return `capacity ${capacity}, ${held} held, ${sold} sold, plan ${plan}, sales ${salesFrom}–${salesUntil}, ${states.join(', ') || 'unpublished'}`
}

function fromRow(row: ReservationRow): CountedReservation {
  const seats = JSON.parse(row.seats) as { seat: string }[]
  const areas = JSON.parse(row.areas) as { area: string; quantity: number }[]
  const sums = new Map<string, number>()
  for (const { area, quantity } of areas) sums.set(area, (sums.get(area) ?? 0) + quantity)
  return {
    customerId: row.customer_id,
    seats: seats.map(({ seat }) => seat),
    areas: sums,
    places: 0,
    currency: row.currency,
    totalMinor: row.total_minor,
    heldAt: 0,
    expiresAt: row.expires_at,
    extended: false,
    status: row.status as CountedReservation['status'],
  }
}

function describe({ customerId, seats, areas, currency, totalMinor, expiresAt, status }: CountedReservation): string {
  const places = [...seats].sort().concat([...areas].map(([area, quantity]) => `${quantity}×${area}`).sort())
  return `${status} for ${customerId}, ${places.join(' ')}, ${totalMinor} ${currency}, until ${expiresAt}`
}
