import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ExtendHoldBody, ExtendHoldRequest } from './request.js'

export class ExtendHold extends Command<Outcome<ExtendHoldBody>> {
  constructor(
    readonly request: ExtendHoldRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
