import { Body, Controller, HttpCode, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger'
import { type Caller, CallerParam } from '@onsale/platform/auth'
import { z } from 'zod'
import { DescribesNoCommand } from '../http/describes-command.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { Heartbeats } from './heartbeats.js'

const heartbeatRequest = z.strictObject({
  heartbeat: z.string().min(1).max(200).describe('As GET …/status gave it'),
})

@Controller('api/queue')
export class HeartbeatController {
  constructor(private readonly heartbeats: Heartbeats) {}

  @Post(':id/heartbeat')
  @HttpCode(204)
  @ApiBearerAuth()
  @DescribesShowId()
  @DescribesNoCommand({ tag: 'Waiting room', statuses: [403, 404, 429] })
  @ApiOperation({
    operationId: 'heartbeat',
    summary: 'Still waiting',
    description:
      'Every `heartbeatSeconds`. A visitor who has sent one, and then none for the grace period, may lose the place; one that is sent oftener than twice as often is 429. No command, and no Idempotency-Key. ' +
      '503 `presence-unavailable`: nothing was kept, and nobody loses a place for that. Refused: `heartbeat-invalid` 403.',
  })
  @ApiNoContentResponse({ description: 'Kept' })
  async heartbeat(
    @ShowId() showId: string,
    @Body({ schema: heartbeatRequest }) { heartbeat }: z.output<typeof heartbeatRequest>,
    @CallerParam() caller: Caller,
  ): Promise<void> {
    await this.heartbeats.take(showId, caller.id, heartbeat)
  }
}
