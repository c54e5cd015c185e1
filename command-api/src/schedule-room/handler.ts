import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { type CommandRejected, recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress, type Submitted } from '../ingress/command-ingress.js'
import { QueueIngress } from '../ingress/queue-ingress.js'
import { settingsOf } from '../queue/requests.js'
import { RoomKeys } from '../queue/room-keys.js'
import { ScheduleRoom, type ScheduleRoomBody } from './command.js'

/**
 * The show first: from then on it holds for the admitted alone. If we die between the two, nobody gets in, and the same request sent again
 * does the rest.
 */
@CommandHandler(ScheduleRoom)
export class ScheduleRoomHandler implements ICommandHandler<ScheduleRoom> {
  constructor(
    private readonly shows: CommandIngress,
    private readonly rooms: QueueIngress,
    private readonly keys: RoomKeys,
  ) {}

  async execute({ showId, request, context }: ScheduleRoom): Promise<Outcome<ScheduleRoomBody>> {
    const identity = { caller: context.caller.id, show: showId, key: context.idempotencyKey }
    const gated = await this.shows.submit({
      ...{ name: recordName.RequireAdmission, data: { showId }, body: {}, context },
      identity: { ...identity, operation: 'RequireAdmission' },
    })
    if (gated.kind === 'pending') return gated
    if (!wasRequired(gated)) outcomeOf(gated, recordName.AdmissionRequired, () => null)
    const submitted = await this.rooms.submit({
      name: recordName.ScheduleRoom,
      data: { showId, commitment: this.keys.commitmentOf(showId), ...settingsOf(request) },
      body: request,
      identity: { ...identity, operation: 'ScheduleRoom' },
      context,
    })
    return outcomeOf(submitted, recordName.RoomScheduled, ({ commitment, scheduledAt }) => ({
      ...{ showId, commitment, scheduledAt: isoTime(scheduledAt) },
    }))
  }
}

function wasRequired(submitted: Submitted): boolean {
  if (submitted.kind === 'pending') return false
  const { name, data } = submitted.answer.record
  return name === recordName.CommandRejected && (data as CommandRejected).reason === 'admission-already-required'
}
