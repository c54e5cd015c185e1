import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { CancelReservationBody, CancelReservationRequest } from './request.js'

export class CancelReservation extends Command<Outcome<CancelReservationBody>> {
  constructor(
    readonly request: CancelReservationRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
