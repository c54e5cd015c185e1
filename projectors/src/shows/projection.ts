import { placesIn } from '../places.js'
import { placesByCategory } from '../plan-places.js'
import { projection } from '../runtime/index.js'
import { shows } from './table.js'

/** A row per show: its terms, and how many of its places are held and sold. */
export const showsProjection = projection({
  name: 'shows',
  version: 1,
  topics: ['reservation.events'],
  tables: [shows],
  on: {
    ShowScheduled({ data }, rows, context) {
      const plan = context.plan(data.planHash)
      const prices = new Map(data.prices.map(({ category, priceMinor }) => [category, priceMinor]))
      const places = placesByCategory(plan)
      rows.put(shows, {
        show_id: data.showId,
        plan_hash: data.planHash,
        venue: plan.name,
        title: data.title,
        currency: data.currency,
        categories: JSON.stringify(
          plan.categories.map(({ id, name, color }) => ({
            id,
            name,
            color,
            priceMinor: prices.get(id) ?? null,
            places: places.get(id) ?? 0,
          })),
        ),
        per_customer_limit: data.perCustomerLimit,
        hold_ms: data.holdMs,
        sales_from: data.salesFrom,
        sales_until: data.salesUntil,
        starts_at: data.startsAt,
        scheduled_at: data.scheduledAt,
        capacity: data.capacity,
        held: 0,
        sold: 0,
      })
    },
    SeatsHeld({ data }, rows) {
      rows.add(shows, { show_id: data.showId }, { held: placesIn(data) })
    },
    SeatsChanged({ data }, rows) {
      const before = placesIn({ seats: data.releasedSeats, areas: data.releasedAreas })
      rows.add(shows, { show_id: data.showId }, { held: placesIn(data) - before })
    },
    ShowRescheduled({ data }, rows) {
      const { showId, salesFrom, salesUntil, startsAt } = data
      rows.update(shows, { show_id: showId }, { sales_from: salesFrom, sales_until: salesUntil, starts_at: startsAt })
    },
    PlacesWithdrawn({ data }, rows) {
      rows.update(shows, { show_id: data.showId }, { capacity: data.capacity })
    },
    PlacesAdded({ data }, rows) {
      rows.update(shows, { show_id: data.showId }, { capacity: data.capacity })
    },
    PlanChanged({ data }, rows) {
      rows.update(shows, { show_id: data.showId }, { capacity: data.capacity, plan_hash: data.planHash })
    },
    HoldReleased({ data }, rows) {
      rows.add(shows, { show_id: data.showId }, { held: -placesIn(data) })
    },
    HoldExpired({ data }, rows) {
      rows.add(shows, { show_id: data.showId }, { held: -placesIn(data) })
    },
    ReservationConfirmed({ data }, rows) {
      rows.add(shows, { show_id: data.showId }, { held: -placesIn(data), sold: placesIn(data) })
    },
    ReservationCancelled({ data }, rows) {
      const places = -placesIn(data)
      rows.add(shows, { show_id: data.showId }, data.wasConfirmed ? { sold: places } : { held: places })
    },
  },
})
