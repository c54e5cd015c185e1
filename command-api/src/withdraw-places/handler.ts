import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { WithdrawPlaces } from './command.js'
import type { WithdrawPlacesBody } from './request.js'

@CommandHandler(WithdrawPlaces)
export class WithdrawPlacesHandler implements ICommandHandler<WithdrawPlaces> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: WithdrawPlaces): Promise<Outcome<WithdrawPlacesBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.WithdrawPlaces,
      data: { showId, ...request },
      body: request,
      identity: { caller: context.caller.id, operation: 'WithdrawPlaces', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.PlacesWithdrawn, ({ seats, areas, capacity, withdrawnAt }) => ({
      showId,
      seats,
      areas,
      capacity,
      withdrawnAt: isoTime(withdrawnAt),
    }))
  }
}
