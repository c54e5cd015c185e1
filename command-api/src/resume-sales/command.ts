import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ResumeSalesBody, ResumeSalesRequest } from './request.js'

export class ResumeSales extends Command<Outcome<ResumeSalesBody>> {
  constructor(
    readonly showId: string,
    readonly request: ResumeSalesRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
