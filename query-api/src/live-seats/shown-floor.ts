import type { Position } from '@onsale/platform/http'
import { LRUCache } from 'lru-cache'
import type { Floor } from './live-seat-maps.js'

const mostShows = 100_000
const nothing: Floor = { version: 0, position: null }

/** What this process has shown of each show: whatever it is read from next, it is not shown older. */
export class ShownFloor {
  private readonly shown = new LRUCache<string, Floor>({ max: mostShows })

  of(showId: string): Floor {
    return this.shown.get(showId) ?? nothing
  }

  raise(showId: string, version: number, position: Position | null): void {
    const known = this.of(showId)
    if (version > known.version) this.shown.set(showId, { version, position })
  }
}
