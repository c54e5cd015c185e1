import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { AddPlaces } from './command.js'
import type { AddPlacesBody } from './request.js'

@CommandHandler(AddPlaces)
export class AddPlacesHandler implements ICommandHandler<AddPlaces> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: AddPlaces): Promise<Outcome<AddPlacesBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.AddPlaces,
      data: { showId, ...request },
      body: request,
      identity: { caller: context.caller.id, operation: 'AddPlaces', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.PlacesAdded, ({ seats, areas, capacity, addedAt }) => ({
      showId,
      seats,
      areas,
      capacity,
      addedAt: isoTime(addedAt),
    }))
  }
}
