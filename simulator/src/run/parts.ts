import type { PartFactory } from '../world/part.js'

/** The sides of the system beside the write side, which every world has. */
export const parts: PartFactory[] = []
