import type { Plan } from '@onsale/domain'
import type { JournalTypes, RowBatch } from '../runtime/index.js'
import { type AreaRow, areas, type SeatMapRow, type SeatRow, seatMaps, seats } from './tables.js'

/** All places of the show, free. */
export function layOut(rows: RowBatch, show: JournalTypes['ShowScheduled'], plan: Plan): void {
  const { showId, planHash, currency, published } = show
  for (const seat of freeSeatsOn(plan)) rows.put(seats, { ...seat, show_id: showId })
  for (const area of areasOn(plan)) rows.put(areas, { show_id: showId, ...area, held: 0, sold: 0 })
  rows.put(seatMaps, {
    show_id: showId,
    plan_hash: planHash,
    currency,
    prices: JSON.stringify(show.prices.map(({ category, priceMinor }) => ({ category, priceMinor }))),
    published: published ? 1 : 0,
    ...mapOf(plan),
  })
}

/** A place of both plans stays what it is, and where it is in the new one; one of the new alone is free, one of the old alone is gone. */
export function layOutAnew(rows: RowBatch, change: JournalTypes['PlanChanged'], before: Plan, plan: Plan): void {
  const { showId, planHash } = change
  const goneSeats = new Set([...seatsOn(before)].map(({ seat_id }) => seat_id))
  for (const { seat_id, ...seat } of seatsOn(plan)) {
    if (goneSeats.delete(seat_id)) rows.update(seats, { show_id: showId, seat_id }, seat)
    else rows.put(seats, { show_id: showId, seat_id, ...seat, status: 'free', reservation_id: null })
  }
  for (const seat_id of goneSeats) rows.remove(seats, { show_id: showId, seat_id })
  const goneAreas = new Set(before.areas.map(({ id }) => id))
  for (const { area_id, ...area } of areasOn(plan)) {
    if (goneAreas.delete(area_id)) rows.update(areas, { show_id: showId, area_id }, area)
    else rows.put(areas, { show_id: showId, area_id, ...area, held: 0, sold: 0 })
  }
  for (const area_id of goneAreas) rows.remove(areas, { show_id: showId, area_id })
  rows.update(seatMaps, { show_id: showId }, { plan_hash: planHash, ...mapOf(plan) })
}

/** A function of the plan alone, worked out once for each: many shows have the same. */
function ofPlan<Result>(of: (plan: Plan) => Result): (plan: Plan) => Result {
  const known = new WeakMap<Plan, { result: Result }>()
  return (plan) => {
    const before = known.get(plan)
    if (before) return before.result
    const result = of(plan)
    known.set(plan, { result })
    return result
  }
}

const freeSeatsOn = ofPlan((plan): readonly SeatRow[] =>
  Array.from(seatsOn(plan), (seat) => ({ show_id: '', ...seat, status: 'free', reservation_id: null })),
)

function* seatsOn(plan: Plan): Iterable<Omit<SeatRow, 'show_id' | 'status' | 'reservation_id'>> {
  let ordinal = 0
  for (const section of plan.sections) {
    for (const row of section.rows) {
      for (const { id, number, category, x, y, accessible = null } of row.seats) {
        const where = { section: section.name, row_name: row.name, number, x, y }
        yield { seat_id: id, ordinal, ...where, category, accessible_use: accessible }
        ordinal += 1
      }
    }
  }
}

const areasOn = (plan: Plan): Omit<AreaRow, 'show_id' | 'held' | 'sold'>[] =>
  plan.areas.map(({ id, name, category, capacity }, ordinal) => ({ area_id: id, ordinal, name, category, capacity }))

const mapOf = ofPlan(
  (plan): Pick<SeatMapRow, 'categories' | 'sections' | 'seats'> => ({
    categories: JSON.stringify(plan.categories.map(({ id, name, color }) => ({ id, name, color }))),
    sections: JSON.stringify(
      plan.sections.map(({ id, name, rows }) => ({
        id,
        name,
        rows: rows.map((row) => ({ id: row.id, name: row.name, seats: row.seats.length })),
      })),
    ),
    seats: plan.sections.reduce((sum, { rows }) => rows.reduce((all, row) => all + row.seats.length, sum), 0),
  }),
)
