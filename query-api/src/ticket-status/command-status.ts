import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Caller } from '@onsale/platform/auth'
import { type Acceptance, type Position, ProblemError } from '@onsale/platform/http'
import { type PositionedReads, type Read, readCommandStatus } from '@onsale/platform/read-model'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { readModels, tableOf } from '../replica/read-model.js'
import { Replica, RoomReplica } from '../replica/replica.js'
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
    private readonly rooms: RoomReplica,
    private readonly acceptances: Acceptances,
  ) {}

  async execute({ commandId, acceptance, caller, position }: GetCommandStatus): Promise<Read<CommandStatusBody>> {
    const accepted = this.acceptances.of(commandId, acceptance)
    const { result, ...shown } = await this.read(commandId, accepted, position)
    const ownerId = result.kind === 'answered' ? result.row.caller_id : (accepted?.callerId ?? null)
    if (result.kind === 'unknown' || !maySee(caller, ownerId)) throw commandNotFound()
    return {
      result: result.kind === 'answered' ? answered(commandId, result.row) : { commandId, status: 'pending' },
      ...shown,
    }
  }

  /** A command is one to a show or to its waiting room: an id does not say which, a position does. */
  private async read(commandId: string, accepted: Acceptance | null, position: Position | null) {
    const ofRooms = () => readFrom(this.rooms, 'roomCommandStatus', 'room_command_status')
    if (position && this.rooms.reads(position)) return ofRooms()
    const found = await readFrom(this.replica, 'commandStatus', 'command_status')
    if (found.result.kind === 'answered' || position) return found
    const ofRoom = await ofRooms()
    return ofRoom.result.kind === 'answered' ? ofRoom : found

    function readFrom(
      replica: PositionedReads<Connection>,
      model: 'commandStatus' | 'roomCommandStatus',
      table: 'command_status' | 'room_command_status',
    ) {
      return readCommandStatus(
        replica,
        { model: readModels[model], accepted, position },
        async (connection, versions) => {
          const [[found]] = await connection.query<CommandStatusRow[]>(
            `SELECT outcome, reason, details, caller_id, reservation_id, partition_no FROM ${tableOf(versions, table)}
             WHERE command_id = ?`,
            [commandId],
          )
          return found ?? null
        },
      )
    }
  }
}

const answered = (commandId: string, row: CommandStatusRow): CommandStatusBody =>
  row.outcome === 'accepted'
    ? { commandId, status: 'accepted', ...(row.reservation_id === null ? {} : { reservationId: row.reservation_id }) }
    : { commandId, status: 'rejected', reason: row.reason, details: JSON.parse(row.details) }

const commandNotFound = () => new ProblemError(404, 'command-not-found', 'There is no such command.')
