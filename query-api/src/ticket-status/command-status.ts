import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Caller } from '@onsale/platform/auth'
import { type Acceptance, type Position, ProblemError } from '@onsale/platform/http'
import type { Read } from '@onsale/platform/read-model'
import type { RowDataPacket } from 'mysql2/promise'
import { readModels, tableOf } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'
import { Acceptances } from './acceptances.js'
import { maySee } from './may-see.js'
import type { CommandStatusBody } from './response.js'

export class GetCommandStatus extends Query<Read<CommandStatusBody>> {
  constructor(
    readonly commandId: string,
    readonly acceptance: string | undefined,
    readonly caller: Caller,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetCommandStatus)
export class GetCommandStatusHandler implements IQueryHandler<GetCommandStatus> {
  constructor(
    private readonly replica: Replica,
    private readonly acceptances: Acceptances,
  ) {}

  async execute({ commandId, acceptance, caller, position }: GetCommandStatus): Promise<Read<CommandStatusBody>> {
    const accepted = this.acceptances.of(commandId, acceptance)
    const { result: row, ...shown } = await this.replica.read<RowDataPacket | undefined>(
      {
        models: [readModels.commandStatus],
        position,
        partition: (found) => found?.partition_no ?? accepted?.partition ?? null,
        // An answer that is there is the answer, whatever has become of the show since.
        stream: (found) => (found ? null : (accepted?.showId ?? null)),
      },
      async (connection, versions) => {
        const [[found]] = await connection.query<RowDataPacket[]>(
          `SELECT outcome, reason, details, caller_id, reservation_id, partition_no FROM ${tableOf(versions, 'command_status')}
           WHERE command_id = ?`,
          [commandId],
        )
        return found
      },
    )
    if (!row) return { result: pending(commandId, accepted, caller), ...shown }
    if (!maySee(caller, row.caller_id)) throw commandNotFound()
    return { result: answered(commandId, row), ...shown }
  }
}

const answered = (commandId: string, row: RowDataPacket): CommandStatusBody =>
  row.outcome === 'accepted'
    ? { commandId, status: 'accepted', ...(row.reservation_id === null ? {} : { reservationId: row.reservation_id }) }
    : { commandId, status: 'rejected', reason: row.reason, details: JSON.parse(row.details) }

/** We took it, so it is in the log, and its answer will come. */
function pending(commandId: string, accepted: Acceptance | null, caller: Caller): CommandStatusBody {
  if (!accepted || !maySee(caller, accepted.callerId)) throw commandNotFound()
  return { commandId, status: 'pending' }
}

const commandNotFound = () => new ProblemError(404, 'command-not-found', 'There is no such command.')
