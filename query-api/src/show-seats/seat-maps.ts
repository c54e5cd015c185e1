import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { type Position, ProblemError } from '@onsale/platform/http'
import type { Read, ServedVersions } from '@onsale/platform/read-model'
import { LRUCache } from 'lru-cache'
import type { Connection } from 'mysql2/promise'
import { partitionOfShow, showNotFound } from '../http/not-found.js'
import type { Floor, LiveSeatMaps } from '../live-seats/live-seat-maps.js'
import { ShownFloor } from '../live-seats/shown-floor.js'
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

type KnownSeats = NonNullable<Awaited<ReturnType<typeof seatsVersion>>>

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

  private readonly floor = new ShownFloor()

  constructor(
    private readonly replica: Replica,
    private readonly live: LiveSeatMaps | null,
  ) {}

  /**
   * The version that readers are shown, at or past the position, and no older than one that was shown before. Of the status from Redis, where
   * that has it.
   * @throws ProblemError 404
   */
  async version(
    showId: string,
    part: Part,
    unpublished: boolean,
    position: Position | null,
  ): Promise<Read<SeatsVersion & { published: boolean }>> {
    const partition = partitionOfShow(showId)
    const floor = this.floor.of(showId)
    const live = part === 'status' && (await this.live?.head(showId, partition, floor, position))
    if (live && (live.published || unpublished)) {
      const { readModel, version, published } = live
      this.floor.raise(showId, version, live.position)
      return { result: { readModel, version, published }, position: live.position, stale: null }
    }
    const read = await this.fromTables(showId, position, floor, async (known) => {
      if (!known.published && !unpublished) throw showNotFound()
      const { readModel, version, published } = known
      return { readModel, version, published }
    })
    this.floor.raise(showId, read.result.version, read.position)
    return read
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
    const floor = this.floor.of(showId)
    const live = part === 'status' && (await this.live?.whole(showId, partitionOfShow(showId), floor))
    const made = live
      ? { ...live, shown: { position: live.position, stale: null }, layout: undefined }
      : await this.fromReplica(showId, part, floor)
    const { readModel, version, shown, layout } = made
    this.floor.raise(showId, version, shown.position)
    const body = JSON.stringify(made.body)
    const json = Buffer.from(layout === undefined ? body : `${body.slice(0, -1)},${layout.slice(1)}`)
    return { readModel, version, shown, json, zipped: await compress(json, { level: constants.Z_BEST_SPEED }) }
  }

  private async fromReplica(showId: string, part: Part, floor: Floor) {
    const { result, ...shown } = await this.fromTables(showId, null, floor, async (known, connection, versions) => {
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
      return { readModel, version, body, layout }
    })
    return { ...result, shown }
  }

  /** Waits, as for a position, where the tables do not show yet what was shown of the show before. */
  private async fromTables<Result extends SeatsVersion>(
    showId: string,
    position: Position | null,
    floor: Floor,
    query: (known: KnownSeats, connection: Connection, versions: ServedVersions) => Promise<Result>,
  ): Promise<Read<Result>> {
    const read = (at: Position | null) =>
      this.replica.read(
        { models: [readModels.seats], position: at, partition: partitionOfShow(showId), stream: showId },
        async (connection, versions) => {
          const known = await seatsVersion(connection, versions, showId)
          if (known === null) throw showNotFound()
          return query(known, connection, versions)
        },
      )
    // Not shown here before, or not by now: a show that was shown is not "not found" where the tables have not seen it yet.
    const found = await read(position).catch((error: unknown) => {
      if (floor.position === null || !(error instanceof ProblemError) || error.status !== 404) throw error
      return null
    })
    if (found && found.result.version >= floor.version) return found
    return read(laterOf(floor.position, position))
  }
}

/** One after the other in the same partition; where they are not, the first. */
const laterOf = (a: Position | null, b: Position | null): Position | null =>
  a && b && a.topic === b.topic && a.partition === b.partition && b.offset > a.offset ? b : (a ?? b)
