import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { PublishShowBody, PublishShowRequest } from './request.js'

export class PublishShow extends Command<Outcome<PublishShowBody>> {
  constructor(
    readonly showId: string,
    readonly request: PublishShowRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
