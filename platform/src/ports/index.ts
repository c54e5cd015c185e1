export { jittered } from './jittered.js'
export type { Clock, Ids, Random, Timers } from './ports.js'
export { systemClock, systemIds, systemRandom, systemTimers } from './system.js'
