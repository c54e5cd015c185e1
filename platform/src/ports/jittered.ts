import type { Random } from './ports.js'

/** Of a pause before the next try, between its half and all of it: those who failed together do not come back together. */
export const jittered = (pauseMs: number, random: Random): number => (0.5 + random.next() / 2) * pauseMs
