import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { PublishShow } from './command.js'
import type { PublishShowBody } from './request.js'

@CommandHandler(PublishShow)
export class PublishShowHandler implements ICommandHandler<PublishShow> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: PublishShow): Promise<Outcome<PublishShowBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.PublishShow,
      data: { showId },
      body: request,
      identity: { caller: context.caller.id, operation: 'PublishShow', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.ShowPublished, ({ publishedAt }) => ({
      showId,
      publishedAt: isoTime(publishedAt),
    }))
  }
}
