import type { Plan } from '@onsale/domain'
import { type JournalTypes, projection, type RowBatch } from '../runtime/index.js'
import { areas, seatMaps, seats } from './tables.js'

/** Every seat and area of every show, and what has become of it. */
export const seatsProjection = projection({
  name: 'seats',
  version: 1,
  topics: ['reservation.events'],
  tables: [seatMaps, seats, areas],
  on: {
    ShowScheduled({ data }, rows, context) {
      layOut(rows, data, context.plan(data.planHash))
    },
    SeatsHeld({ data }, rows) {
      const { showId, reservationId } = data
      for (const { seat } of data.seats) setSeat(rows, showId, seat, 'held', reservationId)
      for (const { area, quantity } of data.areas)
        rows.add(areas, { show_id: showId, area_id: area }, { held: quantity })
    },
    SeatsChanged({ data }, rows) {
      const { showId, reservationId } = data
      free(rows, { showId, seats: data.releasedSeats, areas: data.releasedAreas }, 'held')
      for (const { seat } of data.seats) setSeat(rows, showId, seat, 'held', reservationId)
      for (const { area, quantity } of data.areas)
        rows.add(areas, { show_id: showId, area_id: area }, { held: quantity })
    },
    PlacesWithdrawn({ data }, rows) {
      for (const seat of data.seats) setSeat(rows, data.showId, seat, 'withdrawn', null)
      for (const { area, quantity } of data.areas)
        rows.add(areas, { show_id: data.showId, area_id: area }, { capacity: -quantity })
    },
    PlacesAdded({ data }, rows) {
      for (const seat of data.seats) setSeat(rows, data.showId, seat, 'free', null)
      for (const { area, quantity } of data.areas)
        rows.add(areas, { show_id: data.showId, area_id: area }, { capacity: quantity })
    },
    PlanChanged({ data }) {
      // The rows of the old plan would show seats that are gone: better no answer than a wrong one.
      throw new Error(`show ${data.showId} went to plan ${data.planHash}; these rows are of one plan`)
    },
    HoldReleased({ data }, rows) {
      free(rows, data, 'held')
    },
    HoldExpired({ data }, rows) {
      free(rows, data, 'held')
    },
    ReservationConfirmed({ data }, rows) {
      const { showId, reservationId } = data
      for (const seat of data.seats) setSeat(rows, showId, seat, 'sold', reservationId)
      for (const { area, quantity } of data.areas)
        rows.add(areas, { show_id: showId, area_id: area }, { held: -quantity, sold: quantity })
    },
    ReservationCancelled({ data }, rows) {
      free(rows, data, data.wasConfirmed ? 'sold' : 'held')
    },
  },
})

function setSeat(
  rows: RowBatch,
  showId: string,
  seat: string,
  status: 'free' | 'held' | 'sold' | 'withdrawn',
  reservationId: string | null,
): void {
  rows.update(seats, { show_id: showId, seat_id: seat }, { status, reservation_id: reservationId })
}

function free(
  rows: RowBatch,
  data: { showId: string; seats: string[]; areas: { area: string; quantity: number }[] },
  from: 'held' | 'sold',
): void {
  for (const seat of data.seats) setSeat(rows, data.showId, seat, 'free', null)
  for (const { area, quantity } of data.areas)
    rows.add(areas, { show_id: data.showId, area_id: area }, { [from]: -quantity })
}

/** All places of the show, free. */
function layOut(rows: RowBatch, show: JournalTypes['ShowScheduled'], plan: Plan): void {
  const { showId, planHash, currency } = show
  const prices = new Map(show.prices.map(({ category, priceMinor }) => [category, priceMinor]))
  let ordinal = 0
  for (const section of plan.sections) {
    for (const row of section.rows) {
      for (const { id, number, category, x, y } of row.seats) {
        rows.put(seats, {
          show_id: showId,
          seat_id: id,
          ordinal,
          section: section.name,
          row_name: row.name,
          number,
          category,
          x,
          y,
          status: 'free',
          reservation_id: null,
        })
        ordinal += 1
      }
    }
  }
  for (const [at, { id, name, category, capacity }] of plan.areas.entries())
    rows.put(areas, { show_id: showId, area_id: id, ordinal: at, name, category, capacity, held: 0, sold: 0 })
  rows.put(seatMaps, {
    show_id: showId,
    plan_hash: planHash,
    currency,
    categories: JSON.stringify(
      plan.categories.map(({ id, name, color }) => ({ id, name, color, priceMinor: prices.get(id) ?? null })),
    ),
    sections: JSON.stringify(
      plan.sections.map(({ id, name, rows: all }) => ({
        id,
        name,
        rows: all.map((row) => ({ id: row.id, name: row.name, seats: row.seats.length })),
      })),
    ),
    seats: ordinal,
  })
}
