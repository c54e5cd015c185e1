import type { Position } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import { isRedisAway, type ViewReader, type ViewScript, type ViewSnapshot } from '@onsale/platform/redis-views'
import type { SeatStatusBody } from '../show-seats/response.js'
import { seatLetters } from './seat-letters.js'
import { headScript, wholeScript } from './seat-map-script.js'

/** Why a read was, or was not, answered from Redis. */
export type LiveOutcome = 'live' | 'away' | 'absent' | 'behind' | 'parked'

export interface LiveSeatsOptions {
  reader: ViewReader
  /** The journal, with the environment's prefix. */
  topic: string
  clock: Clock
  /** Offset up to which readers of the tables were shown the seats of the partition a moment ago (exclusive). */
  shownElsewhere(partition: number): number
  onRead(outcome: LiveOutcome): void
}

/** What was shown of a show before: a read must not be behind it. */
export interface Floor {
  version: number
  position: Position | null
}

export interface LiveHead {
  /** Of the read model in Redis. */
  readModel: string
  version: number
  published: boolean
  position: Position
}

const projection = 'seat_map'
/** Where Redis did not answer, nobody asks it for so long. */
const restMs = 500

/**
 * The seat maps as the Redis replica has them. Null where it is away, empty, made anew, or behind what was shown before, here or by
 * the tables: whoever asks then reads those.
 */
export class LiveSeatMaps {
  private awayUntil = 0

  constructor(private readonly options: LiveSeatsOptions) {}

  /** @param position what the answer must show besides */
  async head(showId: string, partition: number, floor: Floor, position: Position | null): Promise<LiveHead | null> {
    return (await this.read(showId, partition, floor, headScript, position))?.head ?? null
  }

  async whole(showId: string, partition: number, floor: Floor): Promise<(LiveHead & { body: SeatStatusBody }) | null> {
    const found = await this.read(showId, partition, floor, wholeScript)
    return found && { ...found.head, body: bodyOf(showId, found.head.version, found.snapshot.result) }
  }

  private async read(
    showId: string,
    partition: number,
    floor: Floor,
    script: ViewScript,
    position: Position | null = null,
  ): Promise<{ head: LiveHead; snapshot: ViewSnapshot<unknown[]> } | null> {
    const { reader, topic, clock, onRead } = this.options
    if (clock.now() < this.awayUntil) return none('away')
    let snapshot: ViewSnapshot<unknown[]> | null
    try {
      snapshot = await reader.read({ projection, partition }, showId, script)
    } catch (error) {
      if (!isRedisAway(error)) throw error
      this.awayUntil = clock.now() + restMs
      return none('away')
    }
    if (!snapshot) return none('absent')
    const { version, nextOffset, streamVersion, state, result } = snapshot
    const isBehind =
      nextOffset < this.options.shownElsewhere(partition) ||
      (position !== null &&
        !(position.topic === topic && position.partition === partition && position.offset < nextOffset)) ||
      (streamVersion ?? 0) < floor.version
    if (isBehind) return none('behind')
    if (streamVersion === null || !result[0]) return none('absent')
    if (state.parkedFrom || state.incomplete) return none('parked')
    onRead('live')
    return {
      snapshot,
      head: {
        readModel: `r${version}`,
        version: streamVersion,
        published: text(result[1]) === '1',
        position: { topic, partition, offset: nextOffset - 1 },
      },
    }

    function none(outcome: LiveOutcome): null {
      onRead(outcome)
      return null
    }
  }
}

function bodyOf(
  showId: string,
  version: number,
  [plan, , sections, areas, counts, ...bitmaps]: unknown[],
): SeatStatusBody {
  const sizes = JSON.parse(text(sections)) as number[]
  const pairs = counts as Buffer[]
  const count = new Map<string, number>()
  for (let at = 0; at < pairs.length; at += 2) count.set(text(pairs[at]), Number(text(pairs[at + 1])))
  const of = (id: string, what: string) => count.get(`${id} ${what}`) ?? 0
  return {
    showId,
    planHash: text(plan),
    version,
    status: sizes.map((seats, section) => seatLetters(bitmaps[section] as Buffer, seats)).join(''),
    areas: (JSON.parse(text(areas)) as { id: string; name: string; category: string }[]).map((area) => {
      const [capacity, held, sold] = [of(area.id, 'capacity'), of(area.id, 'held'), of(area.id, 'sold')]
      return { ...area, capacity, free: capacity - held - sold, held, sold }
    }),
  }
}

const text = (value: unknown): string => (value as Buffer | null)?.toString('utf8') ?? ''
