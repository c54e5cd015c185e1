import type { AccessibleUse, Plan } from './plan.js'

/** Most places of a plan: what fits into the capacity of a ShowScheduled (Avro int). */
const maxPlaces = 2 ** 31 - 1
const maxIdLength = 64
/** Past this many the rest is only counted. */
const maxMessages = 100
const accessibleUses: ReadonlySet<string> = new Set<AccessibleUse>(['wheelchair', 'companion'])

/**
 * What is wrong with a plan, each message naming the field and the rule; empty where it is valid. The shape (fields and their
 * types) is taken as checked. Seats and areas share one set of ids: both are places of a show.
 */
export function validatePlan(plan: Plan): string[] {
  const messages: string[] = []
  let more = 0
  const say = (message: string) => {
    if (messages.length < maxMessages) messages.push(message)
    else more++
  }
  const idsOf = (kind: string) => {
    const seen = new Map<string, string>()
    return (id: string, field: string) => {
      const first = seen.get(id)
      if (!isId(id))
        say(`${field}: an id has 1 to ${maxIdLength} characters, no control characters and no space at its ends`)
      else if (first !== undefined)
        say(`${field}: "${id}" is the id of ${first} already; ids of ${kind} are unique in a plan`)
      else seen.set(id, field.slice(0, field.lastIndexOf('.')))
    }
  }
  const finite = (value: number, field: string) => {
    if (!Number.isFinite(value)) say(`${field}: a coordinate is a finite number`)
  }

  if (plan.name.trim() === '') say('name: must not be empty')
  finite(plan.focalPoint.x, 'focalPoint.x')
  finite(plan.focalPoint.y, 'focalPoint.y')

  const categories = new Set(plan.categories.map((category) => category.id))
  const inCategory = (id: string, field: string) => {
    if (!categories.has(id)) say(`${field}: "${id}" is not a category of the plan`)
  }
  const categoryId = idsOf('categories')
  plan.categories.forEach((category, at) => {
    categoryId(category.id, `categories[${at}].id`)
    if (!/^#[0-9a-f]{3}([0-9a-f]{3})?$/i.test(category.color)) {
      say(`categories[${at}].color: "${category.color}" is not a CSS hex colour such as #0a7 or #00aa77`)
    }
  })
  if (categories.size > 2 ** 16) say(`categories: ${categories.size}, at most ${2 ** 16}`)

  let places = 0
  const sectionId = idsOf('sections')
  const rowId = idsOf('rows')
  const placeId = idsOf('seats and areas')
  plan.sections.forEach((section, s) => {
    sectionId(section.id, `sections[${s}].id`)
    section.rows.forEach((row, r) => {
      rowId(row.id, `sections[${s}].rows[${r}].id`)
      row.seats.forEach((seat, n) => {
        const field = `sections[${s}].rows[${r}].seats[${n}]`
        placeId(seat.id, `${field}.id`)
        inCategory(seat.category, `${field}.category`)
        finite(seat.x, `${field}.x`)
        finite(seat.y, `${field}.y`)
        if (seat.accessible !== undefined && !accessibleUses.has(seat.accessible))
          say(`${field}.accessible: "${seat.accessible}" is neither wheelchair nor companion`)
      })
      places += row.seats.length
    })
  })
  plan.areas.forEach((area, at) => {
    placeId(area.id, `areas[${at}].id`)
    inCategory(area.category, `areas[${at}].category`)
    if (Number.isInteger(area.capacity) && area.capacity >= 1) places += area.capacity
    else say(`areas[${at}].capacity: ${area.capacity} is not a whole number from 1`)
  })
  if (places === 0) say('sections, areas: a plan has at least one place')
  if (places > maxPlaces) say(`sections, areas: ${places} places, at most ${maxPlaces}`)
  if (more > 0) messages.push(`and ${more} more`)
  return messages
}

function isId(id: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return id.length >= 1 && id.length <= maxIdLength && id.trim() === id && !/[\u0000-\u001f\u007f]/.test(id)
}
