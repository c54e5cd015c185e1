import { answersIn } from '../command-status/projection.js'
import { projection } from '../runtime/index.js'
import { roomCommandStatus } from './table.js'

/** What became of each command to a waiting room. */
export const roomCommandStatusProjection = projection({
  name: 'room_command_status',
  revision: 1,
  topics: ['queue.events'],
  tables: [roomCommandStatus],
  on: answersIn(roomCommandStatus),
})
