import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Caller } from '@onsale/platform/auth'
import { type Position, ProblemError } from '@onsale/platform/http'
import { type Read, readCommandStatus } from '@onsale/platform/read-model'
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

interface CommandStatusRow extends RowDataPacket {
  outcome: string
  /** Null of an accepted one. */
  reason: string
  details: string
  caller_id: string | null
  reservation_id: string | null
  partition_no: number
}

@QueryHandler(GetCommandStatus)
export class GetCommandStatusHandler implements IQueryHandler<GetCommandStatus> {
  constructor(
    private readonly replica: Replica,
    private readonly acceptances: Acceptances,
  ) {}

  async execute({ commandId, acceptance, caller, position }: GetCommandStatus): Promise<Read<CommandStatusBody>> {
    const accepted = this.acceptances.of(commandId, acceptance)
    const { result, ...shown } = await readCommandStatus(
      this.replica,
      { model: readModels.commandStatus, accepted, position },
      async (connection, versions) => {
        const [[found]] = await connection.query<CommandStatusRow[]>(
          `SELECT outcome, reason, details, caller_id, reservation_id, partition_no FROM ${tableOf(versions, 'command_status')}
           WHERE command_id = ?`,
          [commandId],
        )
        return found ?? null
      },
    )
    const ownerId = result.kind === 'answered' ? result.row.caller_id : (accepted?.callerId ?? null)
    if (result.kind === 'unknown' || !maySee(caller, ownerId)) throw commandNotFound()
    return {
      result: result.kind === 'answered' ? answered(commandId, result.row) : { commandId, status: 'pending' },
      ...shown,
    }
  }
}

const answered = (commandId: string, row: CommandStatusRow): CommandStatusBody =>
  row.outcome === 'accepted'
    ? { commandId, status: 'accepted', ...(row.reservation_id === null ? {} : { reservationId: row.reservation_id }) }
    : { commandId, status: 'rejected', reason: row.reason, details: JSON.parse(row.details) }

const commandNotFound = () => new ProblemError(404, 'command-not-found', 'There is no such command.')
