import { placesIn } from '../places.js'
import { projection } from '../runtime/index.js'
import { salesPerMinute } from './table.js'

const minute = (showId: string, at: number) => ({ show_id: showId, minute: at - (at % 60_000) })

/** What a show's minute brought, by log time. */
export const salesPerMinuteProjection = projection({
  name: 'sales_per_minute',
  revision: 1,
  topics: ['reservation.events'],
  tables: [salesPerMinute],
  on: {
    SeatsHeld({ data }, rows) {
      rows.accumulate(salesPerMinute, minute(data.showId, data.heldAt), { held_places: placesIn(data) })
    },
    SeatsChanged({ data }, rows) {
      rows.accumulate(salesPerMinute, minute(data.showId, data.changedAt), {
        held_places: placesIn(data),
        let_go_places: placesIn({ seats: data.releasedSeats, areas: data.releasedAreas }),
      })
    },
    HoldReleased({ data }, rows) {
      rows.accumulate(salesPerMinute, minute(data.showId, data.releasedAt), { let_go_places: placesIn(data) })
    },
    HoldExpired({ data }, rows) {
      rows.accumulate(salesPerMinute, minute(data.showId, data.expiredAt), { let_go_places: placesIn(data) })
    },
    ReservationConfirmed({ data }, rows) {
      rows.accumulate(salesPerMinute, minute(data.showId, data.confirmedAt), {
        sold_places: placesIn(data),
        sold_minor: data.totalMinor,
      })
    },
    ReservationCancelled({ data }, rows) {
      const places = placesIn(data)
      rows.accumulate(
        salesPerMinute,
        minute(data.showId, data.cancelledAt),
        data.wasConfirmed ? { cancelled_places: places } : { let_go_places: places },
      )
    },
  },
})
