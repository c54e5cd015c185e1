import type { AdmissionVerifier } from '../show/admission.js'
import type { ShowCommand } from '../show/commands.js'
import { decide, dueDeadlines } from '../show/decide.js'
import { describeShow } from '../show/describe.js'
import type { ShowEvent } from '../show/events.js'
import { evolve } from '../show/evolve.js'
import type { Decision } from '../show/rejections.js'
import { ShowRestore } from '../show/restore-show.js'
import { isOfShow, SnapshotError, showParts } from '../show/snapshot-show.js'
import { nextDeadline, type ShowState } from '../show/state.js'
import type { PlanIndex } from '../venue/plan-index.js'
import type { DecidedRecord, JournalEvent } from './records.js'
import { isShowCommand, isShowEvent, planHashOf } from './show-records.js'
import { inTurn, type SnapshotPart } from './snapshot.js'
import { type StreamAt, StreamSet } from './stream-set.js'
import type { DomainCommand, DomainEvent, Streams, StreamsKind, StreamsRestore } from './streams.js'

/** The plan of a hash, from what is at hand; null where there is none. It must know a plan before the event that names it is folded. */
export type PlanLookup = (planHash: string) => PlanIndex | null

/** Partitions that decide about shows. */
/** @param verify of admissions; where it is left out, none is valid */
export const showStreams = (plans: PlanLookup, verify?: AdmissionVerifier): StreamsKind<Shows> => ({
  open: () => new Shows(plans, verify),
  restore: () => new ShowsRestore(plans, verify),
})

const isLeft = (state: ShowState) => state.cancelled !== null && state.reservations.size > 0

/** The shows of a partition. A cancelled one refuses everything, whatever is left of it: it is wound down beside the commands. */
export class Shows implements Streams {
  readonly set = new StreamSet<ShowState>({
    nextDeadline,
    due: dueDeadlines,
    hasLeftOver: isLeft,
    leftOver: dueDeadlines,
  })

  constructor(
    private readonly plans: PlanLookup,
    private readonly verify?: AdmissionVerifier,
  ) {}

  get size(): number {
    return this.set.size
  }

  get(showId: string): { readonly state: Readonly<ShowState>; readonly version: number } | null {
    return this.set.get(showId) ?? null
  }

  versionOf(showId: string): number {
    return this.set.get(showId)?.version ?? 0
  }

  knows(commandType: string): boolean {
    return isShowCommand(commandType)
  }

  isEvent(event: JournalEvent): event is ShowEvent {
    return isShowEvent(event)
  }

  missingPlan(type: string | null, data: unknown): string | null {
    const hash = planHashOf(type, data)
    return hash !== null && !this.plans(hash) ? hash : null
  }

  dueBefore(showId: string, now: number, limit: number): ShowEvent[] {
    const show = this.set.get(showId)
    return show && !show.state.cancelled ? dueDeadlines(show.state, now, limit) : []
  }

  decide(command: DomainCommand, now: number): Decision<ShowEvent> {
    const show = command as ShowCommand
    return decide(this.set.get(show.data.showId)?.state ?? null, show, now, this.planOf(show), this.verify)
  }

  take(event: DomainEvent): void {
    const { showId } = event.data
    const known = this.set.get(showId)
    this.set.evolved(showId, evolve(known?.state ?? null, event as ShowEvent, this.planOf(event as ShowEvent)))
  }

  nextDeadline(): number | null {
    return this.set.nextDeadline()
  }

  due(now: number, limit: number): DecidedRecord[] {
    return this.set.due(now, limit)
  }

  leftOver(now: number, limit: number): DecidedRecord[] {
    return this.set.leftOver(now, limit)
  }

  describe(): unknown[] {
    return this.set.inOrder().map(([, { state, version }]) => ({ version, ...describeShow(state) }))
  }

  parts(): Iterable<SnapshotPart> {
    const head: SnapshotPart = { part: 'shows', shows: this.set.size, windingDown: this.set.withLeftOver }
    return inTurn<SnapshotPart>([
      [head],
      ...this.set.inOrder().map(([, { state, version }]) => showParts(state, version)),
    ])
  }

  private planOf({ type, data }: ShowCommand | ShowEvent): PlanIndex | null {
    const hash = planHashOf(type, data)
    return hash === null ? null : this.plans(hash)
  }
}

class ShowsRestore implements StreamsRestore<Shows> {
  private readonly shows: Shows
  private head: Extract<SnapshotPart, { part: 'shows' }> | null = null
  private show: { id: string; restore: ShowRestore; version: number } | null = null

  constructor(
    private readonly plans: PlanLookup,
    verify?: AdmissionVerifier,
  ) {
    this.shows = new Shows(plans, verify)
  }

  missingPlan(part: SnapshotPart): string | null {
    return part.part === 'show' && !this.plans(part.terms.planHash) ? part.terms.planHash : null
  }

  take(part: SnapshotPart): void {
    if (part.part === 'shows') {
      if (this.head) throw new SnapshotError('the shows twice')
      this.head = part
    } else if (part.part === 'show') {
      this.finishShow()
      const { showId, planHash } = part.terms
      if (this.shows.get(showId)) throw new SnapshotError(`show ${showId} twice`)
      const plan = this.plans(planHash)
      if (!plan) throw new SnapshotError(`the plan ${planHash} is not at hand`)
      this.show = { id: showId, restore: new ShowRestore(part, plan), version: part.version }
    } else if (this.show && isOfShow(part)) this.show.restore.take(part)
    else throw new SnapshotError(`${part.part} of no show`)
  }

  finish(): Shows {
    this.finishShow()
    const { head, shows } = this
    if (!head) throw new SnapshotError('its shows are missing')
    if (shows.size !== head.shows) throw new SnapshotError(`${shows.size} shows, not ${head.shows}`)
    for (const showId of head.windingDown) {
      if (!shows.get(showId)) throw new SnapshotError(`there is no show ${showId}`)
      shows.set.putLeftOver(showId)
    }
    return shows
  }

  private finishShow(): void {
    if (!this.show) return
    const { id, restore, version } = this.show
    const stream: StreamAt<ShowState> = { state: restore.finish(), version }
    this.shows.set.put(id, stream)
    this.show = null
  }
}
