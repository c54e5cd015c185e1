import { commandStatus } from '../command-status/table.js'

/** As that of the shows' commands: a room's stream has the id of its show, so both cannot be one projection. */
export const roomCommandStatus: typeof commandStatus = { ...commandStatus, name: 'room_command_status' }
