import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { RescheduleShowBody, RescheduleShowRequest } from './request.js'

export class RescheduleShow extends Command<Outcome<RescheduleShowBody>> {
  constructor(
    readonly showId: string,
    readonly request: RescheduleShowRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
