import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ReleaseHoldBody, ReleaseHoldRequest } from './request.js'

export class ReleaseHold extends Command<Outcome<ReleaseHoldBody>> {
  constructor(
    readonly request: ReleaseHoldRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
