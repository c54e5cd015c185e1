import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ReserveTicketsBody, ReserveTicketsRequest } from './request.js'

export class ReserveTickets extends Command<Outcome<ReserveTicketsBody>> {
  constructor(
    readonly request: ReserveTicketsRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
