import type { Clock, Random, Timers } from '@onsale/platform/ports'

/** What a change of versions needs of the machine. */
export interface VersionPorts {
  clock: Clock
  timers: Timers
  random: Random
}
