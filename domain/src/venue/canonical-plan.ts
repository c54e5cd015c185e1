import type { Plan } from './plan.js'

/**
 * The text that a plan is hashed and stored as: JSON without white space, keys in the order of the interfaces, nothing but
 * their fields. An optional field that is not there leaves no trace, so plans from before it have the text they had. Numbers as JSON.stringify writes them (-0 as 0), so equal plans give equal text on every machine.
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
        seats: row.seats.map(({ id, number, category, x, y, accessible }) => ({
          ...{ id, number, category, x, y },
          ...(accessible && { accessible }),
        })),
      })),
    })),
    areas: plan.areas.map(({ id, name, category, capacity }) => ({ id, name, category, capacity })),
  }
  return JSON.stringify(canonical)
}
