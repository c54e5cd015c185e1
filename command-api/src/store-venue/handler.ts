import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { canonicalPlan, validatePlan } from '@onsale/domain'
import { ProblemError } from '@onsale/platform/http'
import { AppendUnknownError } from '@onsale/platform/log'
import { StoreVenue } from './command.js'
import { PlanStore } from './plan-store.js'
import type { StoreVenueBody } from './request.js'

@CommandHandler(StoreVenue)
export class StoreVenueHandler implements ICommandHandler<StoreVenue> {
  constructor(private readonly plans: PlanStore) {}

  async execute({ request: plan }: StoreVenue): Promise<StoreVenueBody> {
    const wrong = validatePlan(plan)
    if (wrong.length > 0) {
      throw new ProblemError(422, 'plan-invalid', 'The seating plan contradicts itself: see errors.', {
        errors: wrong.map((message) => {
          const colon = message.indexOf(': ')
          return { field: message.slice(0, Math.max(colon, 0)), rule: message.slice(colon < 0 ? 0 : colon + 2) }
        }),
      })
    }
    try {
      const { planHash } = await this.plans.append({ name: plan.name, canonicalJson: canonicalPlan(plan) })
      return {
        planHash,
        seats: plan.sections.flatMap(({ rows }) => rows).reduce((sum, { seats }) => sum + seats.length, 0),
        places: plan.areas.reduce((sum, { capacity }) => sum + capacity, 0),
      }
    } catch (error) {
      if (!(error instanceof AppendUnknownError)) throw error
      throw new ProblemError(503, 'append-unknown', 'It is not known whether the plan was stored: send it again.', {
        headers: { 'retry-after': '1' },
        cause: error,
      })
    }
  }
}
