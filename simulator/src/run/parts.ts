import { ReadPart } from '../read/read-part.js'
import type { PartFactory } from '../world/part.js'

/** The sides of the system beside the write side, which every world has. */
export const parts: PartFactory[] = [(world) => new ReadPart(world, { projectors: 2, queryApis: 2, reads: 0.15 })]
