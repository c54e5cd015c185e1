import type { PlantedBug } from './planted-bug.js'
import { readBugs } from './read-bugs.js'
import { roomBugs } from './room-bugs.js'
import { writeBugs } from './write-bugs.js'

export const plantedBugs: readonly PlantedBug[] = [...writeBugs, ...readBugs, ...roomBugs]
