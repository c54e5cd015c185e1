import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { PauseSalesBody, PauseSalesRequest } from './request.js'

export class PauseSales extends Command<Outcome<PauseSalesBody>> {
  constructor(
    readonly showId: string,
    readonly request: PauseSalesRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
