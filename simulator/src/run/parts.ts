import { ReadPart } from '../read/read-part.js'
import type { PartFactory } from '../world/part.js'

/** The sides of the system beside the write side, which every world has. */
export const parts: PartFactory[] = [
  (world, rush) => new ReadPart(world, { projectors: rush ? 1 : 2, queryApis: 2, reads: rush ? 0.08 : 0.15 }),
]
