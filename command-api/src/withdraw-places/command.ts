import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { WithdrawPlacesBody, WithdrawPlacesRequest } from './request.js'

export class WithdrawPlaces extends Command<Outcome<WithdrawPlacesBody>> {
  constructor(
    readonly showId: string,
    readonly request: WithdrawPlacesRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
