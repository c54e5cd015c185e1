import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import { type Position, ProblemError } from '@onsale/platform/http'
import type { RowDataPacket } from 'mysql2/promise'
import { readModels, tableOf } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'
import type { VenueBody } from './response.js'

export class GetVenue extends Query<VenueBody> {
  constructor(
    readonly planHash: string,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetVenue)
export class GetVenueHandler implements IQueryHandler<GetVenue> {
  constructor(private readonly replica: Replica) {}

  async execute({ planHash, position }: GetVenue): Promise<VenueBody> {
    const { result } = await this.replica.read(
      { models: [readModels.venues], position, partition: null, stream: null },
      async (connection, versions) => {
        const [[row]] = await connection.query<RowDataPacket[]>(
          `SELECT plan_hash, name, seats, places, categories, sections, areas FROM ${tableOf(versions, 'venues')} WHERE plan_hash = ?`,
          [planHash],
        )
        if (!row) throw new ProblemError(404, 'plan-not-found', 'There is no such seating plan.')
        return {
          planHash: row.plan_hash,
          name: row.name,
          seats: row.seats,
          places: row.places,
          categories: JSON.parse(row.categories),
          sections: JSON.parse(row.sections),
          areas: JSON.parse(row.areas),
        }
      },
    )
    return result
  }
}
