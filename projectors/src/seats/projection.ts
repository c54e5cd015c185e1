import { projection, type RowBatch } from '../runtime/index.js'
import { layOut, layOutAnew } from './lay-out.js'
import { areas, seatMaps, seats } from './tables.js'

/** Every seat and area of every show, and what has become of it. */
export const seatsProjection = projection({
  name: 'seats',
  revision: 1,
  topics: ['reservation.events'],
  tables: [seatMaps, seats, areas],
  on: {
    ShowScheduled({ data }, rows, context) {
      layOut(rows, data, context.plan(data.planHash))
    },
    ShowPublished({ data }, rows) {
      rows.update(seatMaps, { show_id: data.showId }, { published: 1 })
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
    PlanChanged({ data }, rows, context) {
      layOutAnew(rows, data, context.plan(data.previousPlanHash), context.plan(data.planHash))
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
