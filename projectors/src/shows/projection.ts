import type { Plan } from '@onsale/domain'
import { placesIn } from '../places.js'
import { placesByCategory } from '../plan-places.js'
import { projection } from '../runtime/index.js'
import { shows } from './table.js'

/** A row per show: its terms, what became of it, and how many of its places are held and sold. */
export const showsProjection = projection({
  name: 'shows',
  revision: 1,
  topics: ['reservation.events'],
  tables: [shows],
  on: {
    ShowScheduled({ data }, rows, context) {
      const plan = context.plan(data.planHash)
      rows.put(shows, {
        show_id: data.showId,
        plan_hash: data.planHash,
        venue: plan.name,
        title: data.title,
        currency: data.currency,
        categories: categoriesOf(plan),
        prices: JSON.stringify(data.prices.map(({ category, priceMinor }) => ({ category, priceMinor }))),
        per_customer_limit: data.perCustomerLimit,
        hold_ms: data.holdMs,
        sales_from: data.salesFrom,
        sales_until: data.salesUntil,
        starts_at: data.startsAt,
        scheduled_at: data.scheduledAt,
        orphan_rule: data.orphanRule,
        published_at: data.published ? data.scheduledAt : null,
        paused_at: null,
        pause_reason: null,
        cancelled_at: null,
        cancel_reason: null,
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
    PlanChanged({ data }, rows, context) {
      const { showId, planHash, capacity } = data
      const plan = context.plan(planHash)
      const ofPlan = { plan_hash: planHash, venue: plan.name, categories: categoriesOf(plan) }
      rows.update(shows, { show_id: showId }, { ...ofPlan, capacity })
    },
    ShowPublished({ data }, rows) {
      rows.update(shows, { show_id: data.showId }, { published_at: data.publishedAt })
    },
    SalesPaused({ data }, rows) {
      rows.update(shows, { show_id: data.showId }, { paused_at: data.pausedAt, pause_reason: data.reason })
    },
    SalesResumed({ data }, rows) {
      rows.update(shows, { show_id: data.showId }, { paused_at: null, pause_reason: null })
    },
    ShowCancelled({ data }, rows) {
      rows.update(shows, { show_id: data.showId }, { cancelled_at: data.cancelledAt, cancel_reason: data.reason })
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

function categoriesOf(plan: Plan): string {
  const places = placesByCategory(plan)
  return JSON.stringify(
    plan.categories.map(({ id, name, color }) => ({ id, name, color, places: places.get(id) ?? 0 })),
  )
}
