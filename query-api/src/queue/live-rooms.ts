import { Injectable } from '@nestjs/common'
import type { Position } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import { LRUCache } from 'lru-cache'
import type { RowDataPacket } from 'mysql2/promise'
import { readModels, tableOf } from '../replica/read-model.js'
import type { Replica } from '../replica/replica.js'
import type { RoomViews, Shown } from '../rooms/room-views.js'
import { type CategoryStock, type RoomNow, roomNow } from './own-place.js'

const roomMs = 400
const stockMs = 2_000
const mostRooms = 10_000

interface Kept<What> {
  what: Promise<What>
  at: number
}

/** What everybody in a room is told the same: looked at once for all who ask within a moment. */
@Injectable()
export class LiveRooms {
  private readonly rooms = new LRUCache<string, Kept<Shown<RoomNow>>>({ max: mostRooms })
  private readonly stocks = new LRUCache<string, Kept<CategoryStock[] | null>>({ max: mostRooms })

  constructor(
    private readonly views: RoomViews,
    private readonly replica: Replica,
    private readonly clock: Clock,
  ) {}

  /** Not older than a moment, and not than `position`. @throws ProblemError 404, or 503 */
  async now(showId: string, position: Position | null = null): Promise<Shown<RoomNow>> {
    const now = this.clock.now()
    const known = this.rooms.get(showId)
    if (known && now - known.at < roomMs) {
      const shown = await known.what
      if (!position || shown.position.offset >= position.offset) return shown
    }
    const what = this.look(showId, position)
    this.rooms.set(showId, { what, at: now })
    // What failed is asked for again by the next one.
    what.catch(() => this.rooms.delete(showId))
    return what
  }

  private async look(showId: string, position: Position | null): Promise<Shown<RoomNow>> {
    const { result, ...shown } = await this.views.room(showId, position)
    const categories = result.stock ? await this.stock(showId) : null
    return { result: roomNow(showId, result, categories, this.clock.now()), ...shown }
  }

  private stock(showId: string): Promise<CategoryStock[] | null> {
    const now = this.clock.now()
    const known = this.stocks.get(showId)
    if (known && now - known.at < stockMs) return known.what
    // The room can be read without the tables: then what is left is known in all, not by category.
    const what = this.freeByCategory(showId).catch(() => null)
    this.stocks.set(showId, { what, at: now })
    return what
  }

  private async freeByCategory(showId: string): Promise<CategoryStock[]> {
    const request = { models: [readModels.seats], position: null, partition: null, stream: null }
    const { result } = await this.replica.read(request, async (connection, versions) => {
      const [rows] = await connection.query<RowDataPacket[]>(
        `SELECT category, SUM(free) AS free FROM (
           SELECT category, COUNT(*) AS free FROM ${tableOf(versions, 'seats')} WHERE show_id = ? AND status = 'free' GROUP BY category
           UNION ALL
           SELECT category, SUM(capacity - held - sold) FROM ${tableOf(versions, 'areas')} WHERE show_id = ? GROUP BY category
         ) AS parts GROUP BY category ORDER BY category`,
        [showId, showId],
      )
      return rows.map(({ category, free }) => ({ category: category as string, free: Number(free) }))
    })
    return result
  }
}
