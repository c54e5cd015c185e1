import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Position } from '@onsale/platform/http'
import type { Read } from '@onsale/platform/read-model'
import { LRUCache } from 'lru-cache'
import { partitionOfShow, showNotFound } from '../http/not-found.js'
import { readModels } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'
import type { SeatStatusBody } from './response.js'
import { areasOf, type SeatsVersion, seatLayout, seatStatus, seatsVersion } from './seat-queries.js'

/** `seats`: everything; `status`: only what changes. */
export type Part = 'seats' | 'status'

/** A body, ready to send, of one version of a show. */
export interface SeatMap extends SeatsVersion {
  /** What it showed when it was made. */
  shown: Omit<Read<unknown>, 'result'>
  json: Buffer
  zipped: Buffer
}

const compress = promisify(gzip)
const mostBytes = 128 * 1024 * 1024

/**
 * Seat maps, made once for each version of a show however many ask. At most one is being made for a show and part at a time:
 * those who come meanwhile share the next, so that a show that changes a hundred times a second costs no more than one
 * that is made as fast as it can be. The layout of a show changes with its plan alone and is read once for each.
 */
export class SeatMaps {
  private readonly made = new LRUCache<string, SeatMap>({
    maxSize: mostBytes,
    sizeCalculation: ({ json, zipped }) => json.length + zipped.length,
  })
  private readonly layouts = new LRUCache<string, string>({
    maxSize: mostBytes,
    sizeCalculation: (json) => json.length,
  })
  private readonly underway = new Map<string, Promise<void>>()

  constructor(private readonly replica: Replica) {}

  /** The version that the replica shows, at or past the position. @throws ProblemError 404 */
  async version(
    showId: string,
    unpublished: boolean,
    position: Position | null,
  ): Promise<Read<SeatsVersion & { published: boolean }>> {
    const partition = partitionOfShow(showId)
    const models = [readModels.seats]
    return this.replica.read({ models, position, partition, stream: showId }, async (connection, versions) => {
      const known = await seatsVersion(connection, versions, showId)
      if (known === null || (!known.published && !unpublished)) throw showNotFound()
      const { readModel, version, published } = known
      return { readModel, version, published }
    })
  }

  /** A map of this version or a later one; of another version of the read model where readers are shown that meanwhile. */
  async atLeast(showId: string, part: Part, asked: SeatsVersion): Promise<SeatMap> {
    const key = `${part} ${showId}`
    for (let made = false; ; made = true) {
      const map = this.made.get(key)
      if (map && map.version >= asked.version && (map.readModel === asked.readModel || made)) return map
      // The one under way may have begun before this version: then another follows it.
      const underway =
        this.underway.get(key) ??
        this.make(showId, part)
          .then((made) => void this.made.set(key, made))
          .finally(() => this.underway.delete(key))
      this.underway.set(key, underway)
      await underway
    }
  }

  private async make(showId: string, part: Part): Promise<SeatMap> {
    const partition = partitionOfShow(showId)
    const read = await this.replica.read(
      { models: [readModels.seats], position: null, partition, stream: showId },
      async (connection, versions) => {
        const known = await seatsVersion(connection, versions, showId)
        if (known === null) throw showNotFound()
        const { readModel, version, planHash } = known
        const status = await seatStatus(connection, versions, showId)
        const areas = await areasOf(connection, versions, showId)
        const body: SeatStatusBody = { showId, planHash, version, status, areas }
        const key = `${readModel} ${showId} ${planHash}`
        let layout = part === 'seats' ? this.layouts.get(key) : undefined
        if (part === 'seats' && layout === undefined) {
          layout = JSON.stringify(await seatLayout(connection, versions, showId))
          this.layouts.set(key, layout)
        }
        return { readModel, version, body: JSON.stringify(body), layout }
      },
    )
    const { result, ...shown } = read
    const { readModel, version, body, layout } = result
    const json = Buffer.from(layout === undefined ? body : `${body.slice(0, -1)},${layout.slice(1)}`)
    return { readModel, version, shown, json, zipped: await compress(json, { level: constants.Z_BEST_SPEED }) }
  }
}
