import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiClient, NoAnswerError } from '../api/client.js'
import { bodyOf } from '../api/problem-line.js'
import type { LiveHall } from './buyer.js'
import type { SeatStatus } from './hall-picture.js'
import type { AreaView } from './seat-choice.js'

/** Older than this is too old to choose seats from, ms. */
const momentMs = 100
/** How long a show that was scheduled may take to be seen, ms. */
const unseenMs = 60_000

export interface HallSources {
  api: ApiClient
  showId: string
  /** How many are left who could let go of a seat; and the position of the last answer. */
  quiet(): { restless: number; lastPosition: string | null }
}

/** The seat map as the API gives it: one letter for each seat, through all rows in their order. */
interface StatusBody {
  status: string
  areas: { id: string; capacity: number; free: number; held: number; sold: number }[]
}
interface LayoutBody extends StatusBody {
  sections: { rows: { seats: string[] }[] }[]
}

const statusOfLetter: Record<string, SeatStatus> = { f: 'free', h: 'held', s: 'sold' }

/**
 * The hall as the query API shows it, for all buyers: many may look at the same time, one request is under way. When the
 * last restless buyer has left, it asks for a map that shows their last answer: a replica is a little behind, and "nothing
 * will come back" must not be said too early.
 */
export class ApiHall implements LiveHall {
  readonly rows: readonly (readonly string[])[]
  readonly capacity: number
  areas: AreaView[] = []
  free = 0
  held = 0
  sold = 0
  over = false
  private readonly seatAt: ReadonlyMap<string, number>
  private letters = ''
  private etag: string | null = null
  private lookedAt = Number.NEGATIVE_INFINITY
  private looking: Promise<void> | null = null

  private constructor(
    private readonly sources: HallSources,
    layout: LayoutBody,
  ) {
    this.rows = layout.sections.flatMap(({ rows }) => rows.map(({ seats }) => seats))
    this.seatAt = new Map(this.rows.flat().map((seat, at) => [seat, at]))
    this.capacity = this.seatAt.size + layout.areas.reduce((sum, { capacity }) => sum + capacity, 0)
    this.take(layout)
  }

  /** @param position of the answer that scheduled the show */
  static async open(sources: HallSources, position: string | null): Promise<ApiHall> {
    const headers: Record<string, string> = position ? { 'onsale-position': position } : {}
    const look = () => sources.api.get(`/api/shows/${sources.showId}/seats`, headers)
    let answer = await look()
    // Who has no position (the answer was late: 202) waits until the show can be seen.
    for (const until = performance.now() + unseenMs; answer.status === 404 && performance.now() < until; ) {
      await sleep(momentMs)
      answer = await look()
    }
    return new ApiHall(sources, bodyOf<LayoutBody>('the seat map', answer))
  }

  readonly isFree = (seat: string): boolean => this.statusOf(seat) === 'free'

  readonly statusOf = (seat: string): SeatStatus =>
    statusOfLetter[this.letters[this.seatAt.get(seat) ?? -1] ?? 'f'] ?? 'free'

  look(): Promise<void> {
    if (performance.now() - this.lookedAt < momentMs) return Promise.resolve()
    this.looking ??= this.fetch().finally(() => {
      this.looking = null
    })
    return this.looking
  }

  private async fetch(): Promise<void> {
    const { api, showId, quiet } = this.sources
    const { restless, lastPosition } = quiet()
    const headers: Record<string, string> = {}
    if (this.etag) headers['if-none-match'] = this.etag
    if (restless === 0 && lastPosition) headers['onsale-position'] = lastPosition
    const answer = await api.get(`/api/shows/${showId}/seats?only=status`, headers).catch((error: unknown) => {
      // Buyers look again by themselves.
      if (error instanceof NoAnswerError) return null
      throw error
    })
    this.lookedAt = performance.now()
    if (answer?.status === 200) {
      this.etag = answer.headers.etag ?? null
      this.take(answer.body as StatusBody)
    }
    if (answer?.status === 200 || answer?.status === 304)
      this.over = restless === 0 && this.free === 0 && this.held === 0
  }

  private take({ status, areas }: StatusBody): void {
    this.letters = status
    this.areas = areas.map(({ id, capacity, free }) => ({ area: id, capacity, free }))
    const count = (letter: string, of: 'free' | 'held' | 'sold') =>
      status.split(letter).length - 1 + areas.reduce((sum, area) => sum + area[of], 0)
    this.free = count('f', 'free')
    this.held = count('h', 'held')
    this.sold = count('s', 'sold')
  }
}

/** Keeps the picture of the hall fresh, also while no buyer looks. */
export function watch(hall: ApiHall): AbortController {
  const watching = new AbortController()
  void (async () => {
    while (!watching.signal.aborted) {
      await hall.look()
      await sleep(150)
    }
  })()
  return watching
}

/** Holds of those who walked away run out by themselves. */
export async function untilNothingIsHeld(hall: ApiHall, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs
  do {
    await sleep(150)
    await hall.look()
  } while (hall.held > 0 && performance.now() < until)
}
