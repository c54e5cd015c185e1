import { randomUUID } from 'node:crypto'
import { decodePosition } from '@onsale/platform/http'
import { type ApiAnswer, type ApiClient, type CommandAnswer, NoAnswerError } from '../api/client.js'
import { placesOf } from '../demo/reconcile.js'
import {
  type CommandName,
  type CommandOperation,
  type History,
  isOfRoom,
  type Place,
  type ReadOperation,
} from './history.js'
import type { Timeline } from './timeline.js'

export interface Watched {
  history: History
  /** Final answers to commands, by `commands <partition>`, of waiting rooms by `rooms <partition>`, and to reads, by `reads`. */
  timeline: Timeline
}

/** Answers that say nothing of what became of a command: its sender has to try again, or will never know. */
const leavesOpen = ({ status, accepted }: CommandAnswer) => !accepted && (status >= 500 || status === 429)

const placeOf = (token: string | null | undefined): Place | null => {
  const position = token ? decodePosition(token) : null
  return position && { partition: position.partition, offset: position.offset }
}

export const partitionOf = (showId: string): number => Number(showId.split('.')[0])

/** One customer's requests, each written down with what became of it. */
export class Caller {
  /** Commands that are sent and not answered. */
  static inFlight = 0
  /** The newest position that this customer knows of each partition, as a token: later reads must show it. */
  private readonly seen = new Map<number, { place: Place; token: string }>()

  private looking: Promise<unknown> | null = null

  constructor(
    private readonly process: number,
    private readonly own: ApiClient,
    private readonly boxOffice: ApiClient,
    private readonly reader: ApiClient,
    private readonly watched: Watched,
  ) {}

  async command(
    f: CommandName,
    showId: string,
    request: object,
    reservationId: string | null,
  ): Promise<CommandOperation> {
    const { history, timeline } = this.watched
    const operation = history.invoke<CommandOperation>({
      ...{ kind: 'command', id: randomUUID(), process: this.process, f, key: showId, reservationId, request },
      ...{ invokedAt: history.now(), endedAt: null, outcome: null, code: null, taken: false },
      ...{ position: null, places: null },
    })
    const api = f === 'confirm' ? this.boxOffice : this.own
    const headers = { 'x-correlation-id': operation.id }
    Caller.inFlight += 1
    try {
      const path = isOfRoom(f) ? `/api/queue/${showId}/${f}` : `/api/tickets/${f}`
      const answer = await api.command(path, request, operation.id, headers)
      this.settle(operation, answer)
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      operation.outcome = 'unknown'
      operation.code = error.message
      operation.taken = error.taken
    } finally {
      Caller.inFlight -= 1
    }
    operation.endedAt = history.now()
    if (operation.outcome !== 'unknown')
      timeline.add(`${isOfRoom(f) ? 'rooms' : 'commands'} ${partitionOf(showId)}`, operation.endedAt)
    history.end(operation)
    return operation
  }

  /** Reads beside what else the customer does, one thing at a time: who can't read can still buy. */
  look(read: () => Promise<ReadOperation>): void {
    if (this.looking) return
    this.looking = read().finally(() => {
      this.looking = null
    })
  }

  /** Until the last look is over. */
  async looked(): Promise<void> {
    await this.looking
  }

  readReservation(showId: string, reservationId: string): Promise<ReadOperation> {
    return this.read('read-reservation', showId, reservationId, `/api/tickets/status?reservationId=${reservationId}`)
  }

  readShow(showId: string): Promise<ReadOperation> {
    return this.read('read-show', showId, null, `/api/shows/${showId}`)
  }

  private async read(
    f: ReadOperation['f'],
    showId: string,
    reservationId: string | null,
    path: string,
  ): Promise<ReadOperation> {
    const { history, timeline } = this.watched
    const seen = this.seen.get(partitionOf(showId))
    const operation = history.invoke<ReadOperation>({
      ...{ kind: 'read', id: randomUUID(), process: this.process, f, key: showId, reservationId },
      ...{ invokedAt: history.now(), endedAt: null, outcome: null, code: null },
      ...{ asked: seen?.place ?? null, shown: null, value: null },
    })
    try {
      const answer = await this.reader.get(path, seen ? { 'onsale-position': seen.token } : {})
      operation.outcome = answer.status === 200 ? 'ok' : 'fail'
      if (answer.status === 200) this.shown(operation, answer)
      else operation.code = String((answer.body as { code?: string } | null)?.code ?? answer.status)
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      operation.outcome = 'unknown'
      operation.code = error.message
    }
    operation.endedAt = history.now()
    if (operation.outcome === 'ok') timeline.add('reads', operation.endedAt)
    history.end(operation)
    return operation
  }

  private settle(operation: CommandOperation, answer: CommandAnswer): void {
    const body = (answer.body ?? {}) as HeldBody
    if (leavesOpen(answer)) {
      operation.outcome = 'unknown'
      operation.code = answer.code
      return
    }
    operation.outcome = answer.accepted ? 'ok' : 'fail'
    operation.code = answer.code
    operation.position = isOfRoom(operation.f) ? placeOf(answer.position) : this.learn(answer.position)
    if (!answer.accepted) return
    operation.reservationId ??= body.reservationId ?? body.entryId ?? null
    if (body.seats && body.areas) operation.places = placesIn(body)
  }

  private shown(operation: ReadOperation, { headers, body }: ApiAnswer): void {
    operation.shown = this.learn(headers['onsale-position'] ?? null)
    const { held, sold } = body as { held?: number; sold?: number }
    operation.value = operation.f === 'read-show' ? `${held} ${sold}` : reservationText(body)
  }

  private learn(token: string | null): Place | null {
    const place = placeOf(token)
    if (place && token && place.offset > (this.seen.get(place.partition)?.place.offset ?? -1))
      this.seen.set(place.partition, { place, token })
    return place
  }
}

interface HeldBody {
  reservationId?: string
  entryId?: string
  seats?: { seat: string }[]
  areas?: { area: string; quantity: number }[]
}

/** Status and places, as the check compares them. */
export function reservationText(body: unknown): string {
  const { status, ...places } = body as HeldBody & { status?: string }
  return [status, ...placesIn(places)].join(' ')
}

const placesIn = ({ seats = [], areas = [] }: HeldBody) =>
  placesOf(
    seats.map(({ seat }) => seat),
    areas.map(({ area, quantity }) => [area, quantity]),
  ).sort()
