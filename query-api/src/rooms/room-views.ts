import { type Position, ProblemError } from '@onsale/platform/http'
import type { Clock, Timers } from '@onsale/platform/ports'
import { notYetProjected } from '@onsale/platform/read-model'
import {
  customerField,
  isRedisAway,
  type ViewReader,
  type ViewScript,
  type ViewSnapshot,
} from '@onsale/platform/redis-views'
import { partitionOfShow } from '../http/not-found.js'
import { type EntryLook, entryLookOf } from './entry-look.js'
import type { RoomFloors } from './room-floors.js'
import { fieldsOf, type PublishedDraw, publishedDrawOf, type RoomLook, roomLookOf } from './room-look.js'
import { drawScript, entriesScript, ownEntriesScript, roomScript } from './room-scripts.js'

export interface RoomViewsOptions {
  reader: ViewReader
  /** The rooms' journal, with the environment's prefix. */
  topic: string
  floors: RoomFloors
  clock: Clock
  timers: Timers
  /** Longest wait for a position, ms. */
  positionWaitMs: number
  onRead(outcome: 'live' | 'away' | 'absent' | 'behind' | 'parked'): void
}

/** What was read, and what it shows of the journal. */
export interface Shown<Result> {
  result: Result
  position: Position
}

/** Own entries that are asked for with one script: pairs of fields, and what is found for each. */
interface Asking {
  fields: string[]
  found: Promise<Shown<unknown[]>>
}

const projection = 'waiting_room'
const askedTogether = 250
/** Where Redis did not answer, nobody asks it for so long. */
const restMs = 250
const pauseMs = 20

export const roomNotFound = () => new ProblemError(404, 'room-not-found', 'The show has no waiting room.')
export const entryNotFound = () => new ProblemError(404, 'entry-not-found', 'You have no place in this waiting room.')

const unreachable = () =>
  new ProblemError(
    503,
    'room-unreachable',
    'The waiting room cannot be read right now. Places are kept: ask again after Retry-After seconds.',
    { headers: { 'retry-after': '3' } },
  )

/**
 * Waiting rooms as the Redis replica has them, and nothing else: what cannot be read, is made anew, or is behind what was shown before is not
 * guessed at. Places themselves lie in the log.
 */
export class RoomViews {
  private awayUntil = 0
  private readonly together = new Map<string, Asking>()

  constructor(private readonly options: RoomViewsOptions) {}

  /** @throws ProblemError 404, or 503 */
  async room(showId: string, asked: Position | null = null): Promise<Shown<RoomLook>> {
    const { result, position } = await this.read(showId, roomScript, [], asked)
    const look = roomLookOf(result)
    if (!look) throw roomNotFound()
    return { result: look, position }
  }

  /** The entry that the customer had last; null: none. Those who ask in one turn of the event loop are answered by one script. @throws ProblemError 503 */
  async own(showId: string, customerId: string, asked: Position | null): Promise<Shown<EntryLook | null>> {
    const { piece, field } = customerField(customerId)
    const { fields, found } = asked ? this.asking(showId, asked) : this.askingNow(showId)
    const at = fields.push(piece, field) / 2 - 1
    const { result, position } = await found
    return { result: entryLookOf(result[at] as unknown[]), position }
  }

  private askingNow(showId: string): Asking {
    const known = this.together.get(showId)
    if (known && known.fields.length < 2 * askedTogether) return known
    const asking = this.asking(showId, null)
    this.together.set(showId, asking)
    return asking
  }

  private asking(showId: string, asked: Position | null): Asking {
    const fields: string[] = []
    const found = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (this.together.get(showId)?.fields === fields) this.together.delete(showId)
      return this.read(showId, ownEntriesScript, fields, asked)
    })
    return { fields, found }
  }

  /** @throws ProblemError 503 */
  async entries(showId: string, entries: readonly number[]): Promise<Shown<EntryLook[]>> {
    const { result, position } = await this.read(
      showId,
      entriesScript,
      entries.map((entry) => entry.toString(36)),
      null,
    )
    return { result: result.map((one) => entryLookOf(one as unknown[]) as EntryLook), position }
  }

  /** What is published of the draw, and a piece of its order: the entries with the places from `firstPlace` on. @throws ProblemError 404, or 503 */
  async draw(showId: string, firstPlace: number): Promise<Shown<{ draw: PublishedDraw; piece: number[] }>> {
    const { result, position } = await this.read(showId, drawScript, [firstPlace], null)
    const [room, piece] = result
    const fields = fieldsOf(room)
    if (fields.size === 0) throw roomNotFound()
    const members = `${piece}` === '' ? [] : `${piece}`.split(' ')
    const entries = members.map((member) => Number.parseInt(member, 36))
    return { result: { draw: publishedDrawOf(fields), piece: entries }, position }
  }

  private async read(
    showId: string,
    script: ViewScript,
    args: (string | number)[],
    asked: Position | null,
  ): Promise<Shown<unknown[]>> {
    const { topic, clock, timers, positionWaitMs } = this.options
    const partition = partitionOfShow(showId)
    if (asked && asked.topic !== topic)
      throw new ProblemError(400, 'invalid-input', 'The position is one of another log.', {
        errors: [{ field: 'position', rule: 'position-of-this-log' }],
      })
    const until = clock.now() + positionWaitMs
    for (;;) {
      const snapshot = await this.look(showId, partition, script, args)
      if (!asked || asked.partition !== partition || asked.offset < snapshot.nextOffset)
        return { result: snapshot.result, position: { topic, partition, offset: snapshot.nextOffset - 1 } }
      if (clock.now() >= until)
        throw notYetProjected('What this position stands for cannot be read yet: ask again after Retry-After seconds.')
      await timers.sleep(pauseMs)
    }
  }

  private async look(
    showId: string,
    partition: number,
    script: ViewScript,
    args: (string | number)[],
  ): Promise<ViewSnapshot<unknown[]>> {
    const { reader, floors, clock, onRead } = this.options
    const none = (outcome: 'away' | 'absent' | 'behind') => {
      onRead(outcome)
      return unreachable()
    }
    if (clock.now() < this.awayUntil) throw none('away')
    let snapshot: ViewSnapshot<unknown[]> | null
    try {
      snapshot = await reader.read({ projection, partition }, showId, script, args)
    } catch (error) {
      if (!isRedisAway(error)) throw error
      this.awayUntil = clock.now() + restMs
      throw none('away')
    }
    if (!snapshot) throw none('absent')
    if (snapshot.nextOffset < floors.of(partition)) throw none('behind')
    if (snapshot.state.parkedFrom || snapshot.state.incomplete) {
      onRead('parked')
      throw new ProblemError(
        503,
        'stream-parked',
        'An event of this waiting room could not be applied and is with the operators.',
        {
          headers: { 'retry-after': '5' },
        },
      )
    }
    floors.raise(partition, snapshot.nextOffset)
    onRead('live')
    return snapshot
  }
}
