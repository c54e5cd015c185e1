import type { Plan } from '@onsale/domain'
import { placesByCategory, seatsOf } from '../plan-places.js'
import type { VenueRow } from './table.js'

/** What people need to know of a plan to choose it and to price a show on it. */
export function venueRow(planHash: string, plan: Plan): VenueRow {
  const places = placesByCategory(plan)
  return {
    plan_hash: planHash,
    name: plan.name,
    seats: plan.sections.reduce((sum, section) => sum + seatsOf(section), 0),
    places: plan.areas.reduce((sum, { capacity }) => sum + capacity, 0),
    categories: JSON.stringify(
      plan.categories.map(({ id, name, color }) => ({ id, name, color, places: places.get(id) ?? 0 })),
    ),
    areas: JSON.stringify(plan.areas.map(({ id, name, category, capacity }) => ({ id, name, category, capacity }))),
    sections: JSON.stringify(
      plan.sections.map((section) => ({ id: section.id, name: section.name, seats: seatsOf(section) })),
    ),
  }
}
