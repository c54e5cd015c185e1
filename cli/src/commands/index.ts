import type { Register } from '../command.js'
import { down } from './down.js'
import { logs } from './logs.js'
import { status } from './status.js'
import { up } from './up.js'

/** In the order in which help shows them. */
export const commands: Register[] = [up, down, status, logs]
