import { dueDeadlines } from '../show/decide.js'
import type { ShowEvent } from '../show/events.js'
import { evolve } from '../show/evolve.js'
import { nextDeadline, type ShowState } from '../show/state.js'
import type { PlanIndex } from '../venue/plan-index.js'
import { falls } from './answers.js'
import { Deadlines } from './deadlines.js'
import type { DecidedRecord } from './records.js'

export interface ShowAt {
  readonly state: ShowState
  /** Of its last event. */
  version: number
}

/** The shows of a partition, and what time does to them. */
export class Shows {
  private readonly byId = new Map<string, ShowAt>()
  private readonly deadlines = new Deadlines()
  /** Cancelled shows with reservations left. */
  private readonly windingDown = new Set<string>()

  get size(): number {
    return this.byId.size
  }

  get(showId: string): ShowAt | undefined {
    return this.byId.get(showId)
  }

  all(): IterableIterator<ShowAt> {
    return this.byId.values()
  }

  /** Ids of cancelled shows with reservations left, in the order in which they are wound down. */
  get inWindDown(): string[] {
    return [...this.windingDown]
  }

  /** Takes a show as it was. */
  put(show: ShowAt): void {
    const { showId } = show.state.terms
    this.byId.set(showId, show)
    this.deadlines.note(showId, nextDeadline(show.state))
  }

  putInWindDown(showId: string): void {
    this.windingDown.add(showId)
  }

  /** Applies the next event of its show. Throws ContradictionError, with nothing changed, where it can't follow. */
  take(event: ShowEvent, plan: PlanIndex | null): void {
    const { showId } = event.data
    const show = this.byId.get(showId)
    const state = evolve(show?.state ?? null, event, plan)
    if (show) show.version++
    else this.byId.set(showId, { state, version: 1 })
    if (state.cancelled && state.reservations.size > 0) this.windingDown.add(showId)
    else this.windingDown.delete(showId)
    this.deadlines.note(showId, nextDeadline(state))
  }

  /** When time next causes an event of any show, UTC ms; null where nothing is held. */
  nextDeadline(): number | null {
    return this.deadlines.first((showId) => nextDeadline(this.byId.get(showId)!.state))
  }

  /** What is due at `now`, `limit` records at most, the show with the earliest deadline first. */
  due(now: number, limit: number): DecidedRecord[] {
    const records: DecidedRecord[] = []
    if ((this.nextDeadline() ?? Number.POSITIVE_INFINITY) > now) return records
    const due = [...this.byId.entries()]
      .map(([showId, show]) => ({ showId, show, at: nextDeadline(show.state) ?? Number.POSITIVE_INFINITY }))
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at || (a.showId < b.showId ? -1 : 1))
    for (const { showId, show } of due) {
      if (records.length >= limit) break
      records.push(...falls(showId, now, dueDeadlines(show.state, now, limit - records.length), show.version))
    }
    return records
  }

  /** What is left of cancelled shows, `limit` records at most. */
  leftOver(now: number, limit: number): DecidedRecord[] {
    const records: DecidedRecord[] = []
    for (const showId of this.windingDown) {
      const { state, version } = this.byId.get(showId)!
      records.push(...falls(showId, now, dueDeadlines(state, now, limit - records.length), version))
      if (records.length >= limit) break
    }
    return records
  }
}
