import type { Register } from '../command.js'

/** In the order in which help shows them. */
export const commands: Register[] = []
