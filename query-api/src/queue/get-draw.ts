import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import { z } from 'zod'
import { RoomViews } from '../rooms/room-views.js'
import type { DrawBody } from './response.js'

export const drawRequest = z.strictObject({
  fromPlace: z
    .string()
    .regex(/^[0-9]{1,8}$/, 'not-integer')
    .transform(Number)
    .default(0)
    .describe('`order.next` of the piece before'),
})
export type DrawRequest = z.output<typeof drawRequest>

export class GetDraw extends Query<DrawBody> {
  constructor(
    readonly showId: string,
    readonly fromPlace: number,
    readonly customerId: string | null,
  ) {
    super()
  }
}

@QueryHandler(GetDraw)
export class GetDrawHandler implements IQueryHandler<GetDraw> {
  constructor(private readonly views: RoomViews) {}

  async execute({ showId, fromPlace, customerId }: GetDraw): Promise<DrawBody> {
    const { draw, piece } = (await this.views.draw(showId, fromPlace)).result
    const own = customerId === null ? null : (await this.views.own(showId, customerId, null)).result
    const end = fromPlace + piece.length
    return {
      ...{ showId, ...draw },
      order: { firstPlace: fromPlace, entries: piece, next: piece.length > 0 && end < draw.drawn ? end : null },
      yours: own && { entryId: `${showId}.${own.entry}`, place: own.place },
    }
  }
}
