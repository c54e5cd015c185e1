import type { PlanRow, PlanSection } from './plan.js'
import { shareOut } from './share-out.js'

/** Metres. */
const seatWidth = 0.55
export const rowDepth = 0.95

interface Fan {
  seats: number
  /** Names of the blocks, from the first angle to the last. */
  blocks: readonly string[]
  firstRadius: number
  /** Radians, clockwise from "up". */
  from: number
  to: number
  categoryOf: (ring: number, rings: number) => string
}

/** Blocks of curved rows around the origin: as few rings as give each seat its width, each ring as full as the others. */
export function fan({ seats, blocks, firstRadius, from, to, categoryOf }: Fan): PlanSection[] {
  const aisle = 1.2
  const blockAngle = (to - from) / blocks.length
  const length = (ring: number) => Math.max(seatWidth, (firstRadius + ring * rowDepth) * blockAngle - aisle)
  let rings = 0
  for (let room = 0; room < seats; rings++) room += blocks.length * Math.floor(length(rings) / seatWidth)
  const counts = shareOut(
    seats,
    Array.from({ length: rings * blocks.length }, (_, at) => length(Math.floor(at / blocks.length))),
  )
  return blocks.map((name, block) => {
    const id = name.toLowerCase().replaceAll(' ', '-')
    const rows: PlanRow[] = []
    for (let ring = 0; ring < rings; ring++) {
      const count = counts[ring * blocks.length + block]!
      if (count === 0) continue
      const radius = firstRadius + ring * rowDepth
      const row = `${ring + 1}`
      const category = categoryOf(ring, rings)
      rows.push({
        id: `${id}-${row}`,
        name: row,
        seats: Array.from({ length: count }, (_, at) => {
          const alongRow = (at + 0.5) / count - 0.5
          const angle = from + (block + 0.5) * blockAngle + (alongRow * length(ring)) / radius
          const number = `${at + 1}`
          return {
            id: `${id}-${row}-${number}`,
            number,
            category,
            x: metres(radius * Math.sin(angle)),
            y: metres(-radius * Math.cos(angle)),
          }
        }),
      })
    }
    return { id, name, rows }
  })
}

/** Whole centimetres: sine and cosine may differ in their last bits from one machine to another, a plan's hash may not. */
function metres(value: number): number {
  return Math.round(value * 100) / 100 + 0
}
