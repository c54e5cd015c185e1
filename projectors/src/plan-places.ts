import type { Plan } from '@onsale/domain'

/** Seats and places in areas of each category, by category id. */
export function placesByCategory(plan: Plan): Map<string, number> {
  const places = new Map<string, number>()
  const count = (category: string, by: number) => places.set(category, (places.get(category) ?? 0) + by)
  for (const { rows } of plan.sections)
    for (const { seats } of rows) for (const { category } of seats) count(category, 1)
  for (const { category, capacity } of plan.areas) count(category, capacity)
  return places
}

export const seatsOf = (section: Plan['sections'][number]): number =>
  section.rows.reduce((sum, { seats }) => sum + seats.length, 0)
