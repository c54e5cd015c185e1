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
  published: boolean
  /** What it showed when it was made. */
  shown: Omit<Read<unknown>, 'result'>
  json: Buffer
  zipped: Buffer
}

type KnownSeats = NonNullable<Awaited<ReturnType<typeof seatsVersion>>>

const compress = promisify(gzip)
const layoutMs = 10_000
const isNotYet = (error: unknown) => error instanceof ProblemError && error.code === 'not-yet-projected'
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
   * The version to show, at or past the position, and no older than one that was shown before: from Redis where that has it, else from the
   * tables, and where those do not show yet what Redis did, what was shown last.
   * @throws ProblemError 404
   */
  async version(
    showId: string,
    part: Part,
    unpublished: boolean,
    position: Position | null,
  ): Promise<Read<SeatsVersion & { published: boolean }>> {
    const floor = this.floor.of(showId)
    const live = await this.live?.head(showId, partitionOfShow(showId), floor, position)
    if (live && (live.published || unpublished)) {
      const { readModel, version, published } = live
      return { result: { readModel, version, published }, position: live.position, stale: null }
    }
    const seen = ({ readModel, version, published }: SeatsVersion & { published: boolean }) => {
      if (!published && !unpublished) throw showNotFound()
      return { readModel, version, published }
    }
    const last = position === null ? this.lastShown(showId, part, floor) : null
    return this.fromTables(
      showId,
      position,
      floor,
      async (known) => seen(known),
      last && (() => ({ result: seen(last), ...last.shown })),
    )
  }

  /**
   * A map of this version or a later one; of another version of the read model where readers are shown that meanwhile.
   * @param position what it must show; without one, and where nothing else is to be had, it is what was shown last
   */
  async atLeast(showId: string, part: Part, asked: SeatsVersion, position: Position | null = null): Promise<SeatMap> {
    const key = `${part} ${showId}`
    for (let made = false; ; made = true) {
      const map = this.made.get(key)
      if (map && map.version >= asked.version && (map.readModel === asked.readModel || made)) {
        this.told(showId, map, map.shown.position)
        return map
      }
      // The one under way may have begun before this version: then another follows it.
      const underway =
        this.underway.get(key) ??
        this.make(showId, part, asked)
          .then((made) => void this.made.set(key, made))
          .finally(() => this.underway.delete(key))
      this.underway.set(key, underway)
      try {
        await underway
      } catch (error) {
        const last = position === null && isNotYet(error) && this.lastShown(showId, part, this.floor.of(showId))
        if (!last) throw error
        return last
      }
    }
  }

  /** From here on nothing older is shown of the show. */
  told(showId: string, { version }: SeatsVersion, position: Position | null): void {
    this.floor.raise(showId, version, position)
  }

  private lastShown(showId: string, part: Part, floor: Floor): SeatMap | null {
    const last = this.made.get(`${part} ${showId}`)
    return last && last.version >= floor.version ? last : null
  }

  private async make(showId: string, part: Part, { version: asked }: SeatsVersion): Promise<SeatMap> {
    const floor = this.floor.of(showId)
    const live = await this.live?.whole(showId, partitionOfShow(showId), floor)
    const layout =
      live && live.version >= asked && part === 'seats' ? await this.layoutOf(showId, live.body.planHash) : undefined
    const made =
      live && live.version >= asked && layout !== null
        ? { ...live, shown: { position: live.position, stale: null }, layout }
        : await this.fromReplica(showId, part, floor)
    const { readModel, version, published, shown } = made
    const body = JSON.stringify(made.body)
    const json = Buffer.from(made.layout === undefined ? body : `${body.slice(0, -1)},${made.layout.slice(1)}`)
    const zipped = await compress(json, { level: constants.Z_BEST_SPEED })
    return { readModel, version, published, shown, json, zipped }
  }

  /** Of this plan, for seats that Redis has; null where the tables show another plan still. */
  private async layoutOf(showId: string, planHash: string): Promise<string | null> {
    const key = `live ${showId} ${planHash}`
    const cached = this.layouts.get(key)
    if (cached !== undefined) return cached
    const { result } = await this.replica.read(
      { models: [readModels.seats], position: null, partition: null, stream: null },
      async (connection, versions) => {
        const known = await seatsVersion(connection, versions, showId)
        return known?.planHash === planHash ? JSON.stringify(await seatLayout(connection, versions, showId)) : null
      },
    )
    // The tables may be switched to another version meanwhile: it is looked at again now and then.
    if (result !== null) this.layouts.set(key, result, { ttl: layoutMs })
    return result
  }

  private async fromReplica(showId: string, part: Part, floor: Floor) {
    const { result, ...shown } = await this.fromTables(showId, null, floor, async (known, connection, versions) => {
      const { readModel, version, planHash, published } = known
      const status = await seatStatus(connection, versions, showId)
      const areas = await areasOf(connection, versions, showId)
      const body: SeatStatusBody = { showId, planHash, version, status, areas }
      const key = `${readModel} ${showId} ${planHash}`
      let layout = part === 'seats' ? this.layouts.get(key) : undefined
      if (part === 'seats' && layout === undefined) {
        layout = JSON.stringify(await seatLayout(connection, versions, showId))
        this.layouts.set(key, layout)
      }
      return { readModel, version, published, body, layout }
    })
    return { ...result, shown }
  }

  /** Where the tables do not show yet what was shown of the show before: `orElse`, or it waits, as for a position. */
  private async fromTables<Result extends SeatsVersion>(
    showId: string,
    position: Position | null,
    floor: Floor,
    query: (known: KnownSeats, connection: Connection, versions: ServedVersions) => Promise<Result>,
    orElse: (() => Read<Result>) | null = null,
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
    return orElse ? orElse() : read(laterOf(floor.position, position))
  }
}

/** One after the other in the same partition; where they are not, the first. */
const laterOf = (a: Position | null, b: Position | null): Position | null =>
  a && b && a.topic === b.topic && a.partition === b.partition && b.offset > a.offset ? b : (a ?? b)
