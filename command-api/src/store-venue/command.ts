import { Command } from '@nestjs/cqrs'
import type { StoreVenueBody, StoreVenueRequest } from './request.js'

export class StoreVenue extends Command<StoreVenueBody> {
  constructor(readonly request: StoreVenueRequest) {
    super()
  }
}
