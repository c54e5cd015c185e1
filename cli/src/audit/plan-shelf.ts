import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'

/** What a show's plan allows: ids and numbers, no geometry. */
export interface PlanFacts {
  /** Seat id → category id. */
  seats: ReadonlyMap<string, string>
  areas: ReadonlyMap<string, { category: string; capacity: number }>
  capacity: number
}

interface PlanChunk {
  planHash: string
  index: number
  count: number
  bytes: Buffer
}

interface PlanJson {
  sections: { rows: { seats: { id: string; category: string }[] }[] }[]
  areas: { id: string; category: string; capacity: number }[]
}

/** Puts the seating plans of the plans topic together; a set of chunks counts when its content has the hash it claims. */
export class PlanShelf {
  private readonly pieces = new Map<string, Map<number, Buffer>>()
  private readonly counts = new Map<string, number>()
  private readonly plans = new Map<string, PlanFacts>()

  add(chunk: PlanChunk): void {
    const pieces = this.pieces.get(chunk.planHash) ?? new Map<number, Buffer>()
    pieces.set(chunk.index, chunk.bytes)
    this.pieces.set(chunk.planHash, pieces)
    this.counts.set(chunk.planHash, chunk.count)
  }

  get(planHash: string): PlanFacts | null {
    const known = this.plans.get(planHash)
    if (known) return known
    const pieces = this.pieces.get(planHash)
    const count = this.counts.get(planHash) ?? 0
    if (!pieces || pieces.size < count) return null
    const zipped = Buffer.concat([...pieces].sort(([a], [b]) => a - b).map(([, bytes]) => bytes))
    const json = unzip(zipped)
    if (json === null || createHash('sha256').update(json).digest('hex') !== planHash) return null
    const facts = factsOf(JSON.parse(json.toString('utf8')) as PlanJson)
    this.plans.set(planHash, facts)
    return facts
  }
}

function unzip(zipped: Buffer): Buffer | null {
  try {
    return gunzipSync(zipped)
  } catch {
    return null
  }
}

function factsOf(plan: PlanJson): PlanFacts {
  const seats = new Map<string, string>()
  for (const section of plan.sections)
    for (const row of section.rows) for (const seat of row.seats) seats.set(seat.id, seat.category)
  const areas = new Map(plan.areas.map(({ id, category, capacity }) => [id, { category, capacity }]))
  const places = plan.areas.reduce((sum, { capacity }) => sum + capacity, 0)
  return { seats, areas, capacity: seats.size + places }
}
