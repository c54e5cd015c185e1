import { falls } from './answers.js'
import { Deadlines } from './deadlines.js'
import type { DecidedRecord } from './records.js'
import type { DomainEvent } from './streams.js'

export interface StreamAt<State> {
  readonly state: State
  /** Of its last event. */
  version: number
}

/** What time does to a stream of one kind. */
export interface StreamTime<State> {
  /** When it next causes an event, UTC ms; null: never. */
  nextDeadline(state: State): number | null
  /** What it has caused by `now`, `limit` events at most. */
  due(state: State, now: number, limit: number): DomainEvent[]
  /** Whether something is left to do beside the commands, which `leftOver` gives in pieces. */
  hasLeftOver(state: State): boolean
  leftOver(state: State, now: number, limit: number): DomainEvent[]
}

/** The streams of a partition by id, and which of them is due next. */
export class StreamSet<State> {
  private readonly byId = new Map<string, StreamAt<State>>()
  private readonly deadlines = new Deadlines()
  private readonly unfinished = new Set<string>()

  constructor(private readonly time: StreamTime<State>) {}

  get size(): number {
    return this.byId.size
  }

  get(id: string): StreamAt<State> | undefined {
    return this.byId.get(id)
  }

  /** By id, in order. */
  inOrder(): [string, StreamAt<State>][] {
    return [...this.byId].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Ids of streams with something left over, in the order in which it is done. */
  get withLeftOver(): string[] {
    return [...this.unfinished]
  }

  /** Takes a stream as it was. */
  put(id: string, stream: StreamAt<State>): void {
    this.byId.set(id, stream)
    this.deadlines.note(id, this.time.nextDeadline(stream.state))
  }

  putLeftOver(id: string): void {
    this.unfinished.add(id)
  }

  /** Its next event made the state this. */
  evolved(id: string, state: State): void {
    const known = this.byId.get(id)
    if (known) known.version++
    else this.byId.set(id, { state, version: 1 })
    if (this.time.hasLeftOver(state)) this.unfinished.add(id)
    else this.unfinished.delete(id)
    this.deadlines.note(id, this.time.nextDeadline(state))
  }

  nextDeadline(): number | null {
    return this.deadlines.first((id) => this.time.nextDeadline(this.byId.get(id)!.state))
  }

  due(now: number, limit: number): DecidedRecord[] {
    const records: DecidedRecord[] = []
    if ((this.nextDeadline() ?? Number.POSITIVE_INFINITY) > now) return records
    const due = [...this.byId.entries()]
      .map(([id, stream]) => ({ id, stream, at: this.time.nextDeadline(stream.state) ?? Number.POSITIVE_INFINITY }))
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    for (const { id, stream } of due) {
      if (records.length >= limit) break
      records.push(...falls(id, now, this.time.due(stream.state, now, limit - records.length), stream.version))
    }
    return records
  }

  leftOver(now: number, limit: number): DecidedRecord[] {
    const records: DecidedRecord[] = []
    for (const id of this.unfinished) {
      const { state, version } = this.byId.get(id)!
      records.push(...falls(id, now, this.time.leftOver(state, now, limit - records.length), version))
      if (records.length >= limit) break
    }
    return records
  }
}
