import { readFile, stat } from 'node:fs/promises'
import { type Plan, validatePlan } from '@onsale/domain'
import { z } from 'zod'
import { FileError, parsed } from './file-error.js'
import { planFromPretix, type SeatIdSource } from './from-pretix.js'
import { boundJson } from './json-bounds.js'
import { listOf } from './list-of.js'
import { pretixFile } from './pretix-file.js'

/** A plan of 50,000 seats is about 10 MB in pretix's format. */
const maxBytes = 32 * 1024 * 1024
/** The largest stadium there is has 115,000; the API takes 16 MiB of JSON. */
const mostSeats = 120_000

const id = z.string().min(1).max(200)
const coordinate = z.number().min(-1_000_000).max(1_000_000)

/** Our own format: domain/src/venue/plan.ts. */
const planFile = z.strictObject({
  name: id,
  focalPoint: z.strictObject({ x: coordinate, y: coordinate }),
  categories: listOf(
    z.strictObject({ id, name: id, color: z.string().regex(/^#[0-9A-Fa-f]{6}$/, 'must be a colour like #F44336') }),
  ),
  sections: listOf(
    z.strictObject({
      id,
      name: id,
      rows: listOf(
        z.strictObject({
          id,
          name: id,
          seats: listOf(
            z.strictObject({
              id,
              number: z.string().max(64),
              category: id,
              x: coordinate,
              y: coordinate,
              accessible: z.enum(['wheelchair', 'companion']).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
  areas: listOf(z.strictObject({ id, name: id, category: id, capacity: z.int().min(1) })),
})

/**
 * Reads a seating plan, pretix's or our own.
 * @throws FileError that names what is wrong with the file in one line
 */
export async function readPlanFile(path: string, seatId: SeatIdSource): Promise<{ plan: Plan; notes: string[] }> {
  const value = await readJson(path)
  const isOurs = typeof value === 'object' && value !== null && 'sections' in value
  const parts = isOurs ? 'sections' : 'zones'
  const seats = seatsIn((value as Record<string, unknown> | null)?.[parts])
  if (seats > mostSeats) throw new FileError(parts, `must have at most ${mostSeats} seats, they have ${seats}`)
  const read = isOurs ? { plan: parsed(planFile, value), notes: [] } : planFromPretix(parsed(pretixFile, value), seatId)
  const [wrong, ...others] = validatePlan(read.plan)
  if (wrong !== undefined) throw new FileError(others.length > 0 ? `${wrong} (and ${others.length} more)` : wrong, null)
  return read
}

async function readJson(path: string): Promise<unknown> {
  const size = await stat(path).then(
    (stats) => (stats.isFile() ? stats.size : Promise.reject(new FileError('the file', 'is not a file'))),
    () => Promise.reject(new FileError('the file', 'does not exist or cannot be read')),
  )
  if (size > maxBytes)
    throw new FileError('size', `must be at most ${mebibytes(maxBytes)} MiB, the file has ${mebibytes(size)} MiB`)
  const bytes = await readFile(path)
  boundJson(bytes)
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new FileError('the file', `must be JSON, ${(error as Error).message.replace(/\s+/g, ' ')}`)
  }
}

/** Seats of sections or zones of rows, whatever else is wrong with them: counted before each of them is looked at. */
function seatsIn(parts: unknown): number {
  let seats = 0
  for (const { rows } of objects(parts))
    for (const row of objects(rows)) seats += Array.isArray(row.seats) ? row.seats.length : 0
  return seats
}

const objects = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((it) => typeof it === 'object' && it !== null) : []

const mebibytes = (bytes: number) => Math.ceil(bytes / (1024 * 1024))
