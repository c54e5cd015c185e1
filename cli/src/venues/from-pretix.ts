import type { Plan, PlanRow, PlanSection } from '@onsale/domain'
import { FileError } from './file-error.js'
import { focalPoint, hundredths } from './focal-point.js'
import type { Point, PretixFile, PretixSeat } from './pretix-file.js'

/** Which field becomes the seat's id: pretix's own guid, its uuid, or where the seat stands. */
export const seatIdSources = ['guid', 'uuid', 'position'] as const
export type SeatIdSource = (typeof seatIdSources)[number]

/** Of a category whose colour the file does not say, or says in words. */
const grey = '#9e9e9e'

interface Placed {
  seat: PretixSeat
  at: Point
  field: string
}

/** @returns the plan, and what a person should know about how it was read */
export function planFromPretix(file: PretixFile, source: SeatIdSource): { plan: Plan; notes: string[] } {
  const placed = placedSeats(file)
  if (placed.length === 0) throw new FileError('zones', 'must have at least one seat')
  refuseRepeated(file.categories)
  const ids = seatIds(placed, source)
  const notes: string[] = []
  const categoryIds = uniqueIds(
    file.categories.map(({ name }) => name),
    'category',
  )
  const zoneNames = file.zones.map(({ name, zone_id }, at) => name || zone_id || `Zone ${at + 1}`)
  const sectionIds = uniqueIds(
    file.zones.map(({ zone_id }, at) => zone_id || (zoneNames[at] as string)),
    'section',
  )
  const usedRowIds = new Set<string>()
  let next = 0
  let renamed = 0
  const sections: PlanSection[] = file.zones.map((zone, zoneAt) => {
    const names = tellApart(zone.rows)
    const rowIds = uniqueIds(
      names.map((name) => `${sectionIds[zoneAt]}-${name}`),
      'row',
      usedRowIds,
    )
    const rows: PlanRow[] = zone.rows.map((row, rowAt) => {
      if (names[rowAt] !== row.row_number) renamed += 1
      const seats = row.seats.map((seat) => {
        const { at, field } = placed[next] as Placed
        const category = categoryIds[file.categories.findIndex(({ name }) => name === seat.category)]
        if (category === undefined)
          throw new FileError(`${field}.category`, `must be the name of one of the categories, is "${seat.category}"`)
        const id = ids[next] as string
        next += 1
        return { id, number: seat.seat_number, category, x: hundredths(at.x), y: hundredths(at.y) }
      })
      return { id: rowIds[rowAt] as string, name: names[rowAt] as string, seats }
    })
    return {
      id: sectionIds[zoneAt] as string,
      name: zoneNames[zoneAt] as string,
      rows: rows.filter(({ seats }) => seats.length > 0),
    }
  })
  if (renamed > 0) notes.push(`${renamed} rows repeat the name and numbers of another and are told apart: "A (2)"`)
  const { point, because } = focalPoint(
    file,
    placed.map(({ at }) => at),
  )
  notes.push(`focal point ${point.x}, ${point.y}: ${because}`)
  const categories = file.categories.map(({ name, color }, at) => {
    const known = color !== undefined && /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(color)
    if (!known) notes.push(`category "${name}" has no colour such as #f44336 and is drawn grey`)
    return { id: categoryIds[at] as string, name, color: known ? color : grey }
  })
  const plan = {
    name: file.name,
    focalPoint: point,
    categories,
    sections: sections.filter(({ rows }) => rows.length > 0),
    areas: [],
  }
  return { plan, notes }
}

/** Seats name their category: of two with one name nobody could say which is meant. */
function refuseRepeated(categories: PretixFile['categories']): void {
  const first = new Map<string, number>()
  for (const [at, { name }] of categories.entries()) {
    const before = first.get(name)
    if (before !== undefined)
      throw new FileError(
        `categories[${at}].name`,
        `must be unique, "${name}" is the name of categories[${before}] too`,
      )
    first.set(name, at)
  }
}

function placedSeats(file: PretixFile): Placed[] {
  return file.zones.flatMap((zone, zoneAt) =>
    zone.rows.flatMap((row, rowAt) =>
      row.seats.map((seat, seatAt) => ({
        seat,
        at: {
          x: zone.position.x + (row.position?.x ?? 0) + seat.position.x,
          y: zone.position.y + (row.position?.y ?? 0) + seat.position.y,
        },
        field: `zones[${zoneAt}].rows[${rowAt}].seats[${seatAt}]`,
      })),
    ),
  )
}

const sourceField = { guid: 'seat_guid', uuid: 'uuid', position: 'position' } as const

const idFrom: Record<SeatIdSource, (placed: Placed) => string | undefined> = {
  guid: ({ seat }) => seat.seat_guid,
  uuid: ({ seat }) => seat.uuid,
  position: ({ at }) => `x${hundredths(at.x)}y${hundredths(at.y)}`,
}

/** @throws FileError where the chosen id is missing or repeats: a seat that shares its id can't be sold by it */
function seatIds(placed: Placed[], source: SeatIdSource): string[] {
  const ids = placed.map(idFrom[source])
  const missing = ids.indexOf(undefined)
  if (missing >= 0)
    throw new FileError(`${placed[missing]?.field}.${sourceField[source]}`, `is missing, ${advice(placed, source)}`)
  const seen = new Set<string | undefined>()
  const repeats = ids.filter((id) => seen.size === seen.add(id).size)
  if (repeats.length === 0) return ids as string[]
  const first = [...new Set(repeats)].slice(0, 3).join(', ')
  throw new FileError(
    sourceField[source],
    `must be unique, ${repeats.length} of ${ids.length} seats repeat another's (${first}, …); ${advice(placed, source)}`,
  )
}

/** Names only what would work with this very file. */
function advice(placed: Placed[], source: SeatIdSource): string {
  const others = seatIdSources.filter((other) => {
    const ids = placed.map(idFrom[other])
    return other !== source && !ids.includes(undefined) && new Set(ids).size === ids.length
  })
  if (others.length === 0)
    return 'no other field of this file is unique either: give each seat an id in the plan editor'
  return `take another id with ${others.map((other) => `--seat-id ${other}`).join(' or ')}`
}

/** A row that repeats name and a seat number of an earlier row of its zone gets a number in brackets. */
function tellApart(rows: PretixFile['zones'][number]['rows']): string[] {
  const taken = new Map<string, Set<string>>()
  const names = new Set(rows.map(({ row_number }) => row_number))
  return rows.map(({ row_number, seats }) => {
    for (let copy = 1; ; copy += 1) {
      const name = copy === 1 ? row_number : `${row_number} (${copy})`
      const numbers = taken.get(name) ?? new Set<string>()
      const free = (copy === 1 || !names.has(name)) && !seats.some(({ seat_number }) => numbers.has(seat_number))
      if (!free) continue
      for (const { seat_number } of seats) numbers.add(seat_number)
      taken.set(name, numbers)
      return name
    }
  })
}

/** Lower-case ids out of names, at most 56 characters of them; a repeated one gets a number. */
function uniqueIds(names: string[], kind: string, seen = new Set<string>()): string[] {
  return names.map((name) => {
    const base = name
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
      .slice(0, 56)
      .replace(/^-+|-+$/g, '')
    let id = base || kind
    for (let copy = 2; seen.has(id); copy += 1) id = `${base || kind}-${copy}`
    seen.add(id)
    return id
  })
}
