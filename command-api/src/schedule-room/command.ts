import { Command } from '@nestjs/cqrs'
import type { z } from 'zod'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { scheduleRoomRequest, scheduleRoomResponse } from '../queue/requests.js'

export type ScheduleRoomBody = Omit<z.output<typeof scheduleRoomResponse>, 'position'>

export class ScheduleRoom extends Command<Outcome<ScheduleRoomBody>> {
  constructor(
    readonly showId: string,
    readonly request: z.output<typeof scheduleRoomRequest>,
    readonly context: CommandContext,
  ) {
    super()
  }
}
