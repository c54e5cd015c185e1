import type { Plan } from '@onsale/domain'
import { type ApiClient, NoAnswerError } from '../api/client.js'
import type { LiveHall } from './buyer.js'
import type { SeatStatus } from './hall-picture.js'
import { type SeatMapBody, statusesOf } from './seat-map-body.js'

/** Older than this is too old to choose seats from, ms. */
const momentMs = 100

export interface HallSources {
  api: ApiClient
  showId: string
  plan: Plan
  /** Nobody is left who could let go of a seat; and the position of the last answer. */
  quiet(): { restless: number; lastPosition: string | null }
}

/**
 * The seat map as the query API shows it, for all buyers: many may look at the same time, one request is under way. When
 * the last restless buyer has left, it asks for a map that shows their last answer: a replica is a little behind, and
 * "nothing will come back" must not be said too early.
 */
export class ApiHall implements LiveHall {
  readonly rows: readonly (readonly string[])[]
  readonly capacity: number
  free: number
  held = 0
  sold = 0
  over = false
  private statuses: ReadonlyMap<string, SeatStatus> = new Map()
  private etag: string | null = null
  private lookedAt = Number.NEGATIVE_INFINITY
  private looking: Promise<void> | null = null

  constructor(private readonly sources: HallSources) {
    this.rows = sources.plan.sections.flatMap(({ rows }) => rows.map(({ seats }) => seats.map(({ id }) => id)))
    this.capacity = this.rows.reduce((sum, row) => sum + row.length, 0)
    this.free = this.capacity
  }

  readonly isFree = (seat: string): boolean => this.statusOf(seat) === 'free'

  readonly statusOf = (seat: string): SeatStatus => this.statuses.get(seat) ?? 'free'

  look(): Promise<void> {
    if (performance.now() - this.lookedAt < momentMs) return Promise.resolve()
    this.looking ??= this.fetch().finally(() => {
      this.looking = null
    })
    return this.looking
  }

  private async fetch(): Promise<void> {
    const { restless, lastPosition } = this.sources.quiet()
    const headers: Record<string, string> = {}
    if (this.etag) headers['if-none-match'] = this.etag
    if (restless === 0 && lastPosition) headers['onsale-position'] = lastPosition
    const { api, showId } = this.sources
    const answer = await api.get(`/api/shows/${showId}/seats`, headers).catch((error: unknown) => {
      // Buyers look again by themselves.
      if (error instanceof NoAnswerError) return null
      throw error
    })
    this.lookedAt = performance.now()
    if (answer?.status === 200) {
      this.etag = answer.headers.etag ?? null
      this.take(statusesOf(answer.body as SeatMapBody, this.rows))
    }
    if (answer && (answer.status === 200 || answer.status === 304))
      this.over = restless === 0 && this.free === 0 && this.held === 0
  }

  private take(statuses: ReadonlyMap<string, SeatStatus>): void {
    this.statuses = statuses
    const counts = { free: 0, held: 0, sold: 0 }
    for (const status of statuses.values()) counts[status] += 1
    this.held = counts.held
    this.sold = counts.sold
    this.free = this.capacity - counts.held - counts.sold
  }
}
