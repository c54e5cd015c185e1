import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ScheduleShowBody, ScheduleShowRequest } from './request.js'

export class ScheduleShow extends Command<Outcome<ScheduleShowBody>> {
  constructor(
    readonly request: ScheduleShowRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
