import { projection } from '../runtime/index.js'
import { reservations } from './table.js'

/** A row per reservation, with the places and prices it was made with; they stay when it ends. */
export const reservationsProjection = projection({
  name: 'reservations',
  revision: 1,
  topics: ['reservation.events'],
  tables: [reservations],
  on: {
    SeatsHeld({ data }, rows) {
      rows.put(reservations, {
        reservation_id: data.reservationId,
        show_id: data.showId,
        customer_id: data.customerId,
        status: 'held',
        seats: JSON.stringify(data.seats.map(({ seat, category, priceMinor }) => ({ seat, category, priceMinor }))),
        areas: JSON.stringify(
          data.areas.map(({ area, quantity, category, priceMinor }) => ({ area, quantity, category, priceMinor })),
        ),
        currency: data.currency,
        total_minor: data.totalMinor,
        held_at: data.heldAt,
        expires_at: data.expiresAt,
        confirmed_at: null,
        confirmed_by: null,
        ended_at: null,
        end_reason: null,
        notes: JSON.stringify(data.notes),
        extended_at: null,
      })
    },
    HoldExtended({ data }, rows) {
      const { reservationId, expiresAt, extendedAt } = data
      rows.update(reservations, { reservation_id: reservationId }, { expires_at: expiresAt, extended_at: extendedAt })
    },
    SeatsChanged({ data }, rows) {
      rows.update(
        reservations,
        { reservation_id: data.reservationId },
        {
          seats: JSON.stringify(data.seats.map(({ seat, category, priceMinor }) => ({ seat, category, priceMinor }))),
          areas: JSON.stringify(
            data.areas.map(({ area, quantity, category, priceMinor }) => ({ area, quantity, category, priceMinor })),
          ),
          total_minor: data.totalMinor,
          notes: JSON.stringify(data.notes),
        },
      )
    },
    ReservationConfirmed({ data }, rows) {
      rows.update(
        reservations,
        { reservation_id: data.reservationId },
        { status: 'confirmed', confirmed_at: data.confirmedAt, confirmed_by: data.confirmedBy },
      )
    },
    HoldReleased({ data }, rows) {
      rows.update(
        reservations,
        { reservation_id: data.reservationId },
        { status: 'released', ended_at: data.releasedAt },
      )
    },
    HoldExpired({ data }, rows) {
      rows.update(reservations, { reservation_id: data.reservationId }, { status: 'expired', ended_at: data.expiredAt })
    },
    ReservationCancelled({ data }, rows) {
      rows.update(
        reservations,
        { reservation_id: data.reservationId },
        { status: 'cancelled', ended_at: data.cancelledAt, end_reason: data.reason },
      )
    },
  },
})
