import { Command } from '@nestjs/cqrs'
import type { CommandContext } from '../http/command-context.js'
import type { Outcome } from '../http/outcome.js'
import type { AddPlacesBody, AddPlacesRequest } from './request.js'

export class AddPlaces extends Command<Outcome<AddPlacesBody>> {
  constructor(
    readonly showId: string,
    readonly request: AddPlacesRequest,
    readonly context: CommandContext,
  ) {
    super()
  }
}
