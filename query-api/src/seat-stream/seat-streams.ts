import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import type { Timers } from '@onsale/platform/ports'
import type { SeatStatusBody } from '../show-seats/response.js'
import type { SeatMaps } from '../show-seats/seat-maps.js'
import { isLive, sameSeats } from '../show-seats/seat-queries.js'
import { SeatFeed } from './seat-feed.js'
import { SseClient, type SseSink } from './sse-client.js'

/** Between two looks at the tables, and at Redis, which costs next to nothing. */
const lookMs = { tables: 250, live: 100 }
const beatMs = 15_000

/** Shows that somebody listens to. Nothing is looked at where nobody does. */
@Injectable()
export class SeatStreams implements OnModuleDestroy {
  private readonly feeds = new Map<string, SeatFeed>()
  private readonly stopping = new AbortController()

  constructor(
    private readonly maps: SeatMaps,
    private readonly timers: Timers,
  ) {}

  /** @throws ProblemError 404, or 503 where the replica cannot be read; nothing is written then */
  async check(showId: string, unpublished: boolean): Promise<void> {
    await this.maps.version(showId, 'status', unpublished, null)
  }

  /** @returns to be called when the connection has ended */
  listen(showId: string, sink: SseSink, lastEventId: string | null): () => void {
    const client = new SseClient(sink)
    const known = this.feeds.get(showId)
    const feed = known ?? new SeatFeed()
    feed.add(client, lastEventId)
    if (!known) {
      this.feeds.set(showId, feed)
      void this.follow(showId, feed)
    }
    return () => feed.remove(client)
  }

  onModuleDestroy(): void {
    this.stopping.abort()
    for (const feed of this.feeds.values()) feed.end()
  }

  private async follow(showId: string, feed: SeatFeed): Promise<void> {
    for (let quietMs = 0; feed.listeners > 0; ) {
      // A replica that cannot be read now is looked at again; who listens hears that we are still here.
      const live = await this.look(showId, feed).catch(() => false)
      const pauseMs = live ? lookMs.live : lookMs.tables
      quietMs += pauseMs
      if (quietMs >= beatMs) {
        feed.beat()
        quietMs = 0
      }
      if (!(await this.timers.sleep(pauseMs, this.stopping.signal))) return
    }
    this.feeds.delete(showId)
  }

  private async look(showId: string, feed: SeatFeed): Promise<boolean> {
    const { result } = await this.maps.version(showId, 'status', true, null)
    if (feed.seen && sameSeats(feed.seen, result)) return isLive(result)
    const { readModel, json } = await this.maps.atLeast(showId, 'status', result)
    feed.now(readModel, JSON.parse(json.toString()) as SeatStatusBody)
    return isLive(result)
  }
}
