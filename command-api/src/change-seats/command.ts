import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ChangeSeatsBody, ChangeSeatsRequest } from './request.js'

export class ChangeSeats extends Command<Outcome<ChangeSeatsBody>> {
  constructor(
    readonly request: ChangeSeatsRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
