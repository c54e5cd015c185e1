import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ChangePlanBody, ChangePlanRequest } from './request.js'

export class ChangePlan extends Command<Outcome<ChangePlanBody>> {
  constructor(
    readonly showId: string,
    readonly request: ChangePlanRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
