import type { Plan } from './plan.js'

/**
 * The text that a plan is hashed and stored as: JSON without white space, keys in the order of the interfaces, nothing but
 * their fields. Numbers as JSON.stringify writes them (-0 as 0), so equal plans give equal text on every machine.
 */
export function canonicalPlan(plan: Plan): string {
  const canonical: Plan = {
    name: plan.name,
    focalPoint: { x: plan.focalPoint.x, y: plan.focalPoint.y },
    categories: plan.categories.map(({ id, name, color }) => ({ id, name, color })),
    sections: plan.sections.map((section) => ({
      id: section.id,
      name: section.name,
      rows: section.rows.map((row) => ({
        id: row.id,
        name: row.name,
        seats: row.seats.map(({ id, number, category, x, y }) => ({ id, number, category, x, y })),
      })),
    })),
    areas: plan.areas.map(({ id, name, category, capacity }) => ({ id, name, category, capacity })),
  }
  return JSON.stringify(canonical)
}
