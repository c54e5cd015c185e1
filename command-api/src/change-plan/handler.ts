import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { ChangePlan } from './command.js'
import type { ChangePlanBody } from './request.js'

@CommandHandler(ChangePlan)
export class ChangePlanHandler implements ICommandHandler<ChangePlan> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: ChangePlan): Promise<Outcome<ChangePlanBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.ChangePlan,
      data: { showId, ...request },
      body: request,
      identity: { caller: context.caller.id, operation: 'ChangePlan', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.PlanChanged, ({ previousPlanHash, planHash, capacity, changedAt }) => ({
      showId,
      previousPlanHash,
      planHash,
      capacity,
      changedAt: isoTime(changedAt),
    }))
  }
}
