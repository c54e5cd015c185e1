import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { CancelShowBody, CancelShowRequest } from './request.js'

export class CancelShow extends Command<Outcome<CancelShowBody>> {
  constructor(
    readonly showId: string,
    readonly request: CancelShowRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
