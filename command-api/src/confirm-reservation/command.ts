import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { ConfirmReservationBody, ConfirmReservationRequest } from './request.js'

export class ConfirmReservation extends Command<Outcome<ConfirmReservationBody>> {
  constructor(
    readonly request: ConfirmReservationRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
