import type { DroppedRow, ParkedRow, ReadModelName, ReadModelRows, ReadModelTables } from './read-model-rows.js'

/** A stream that a read model does not go on with. What it shows of it is compared with the log as it was before `offset`. */
export interface ParkedStreamFound {
  projection: string
  show: string
  partition: number
  /** Of the first parked event. */
  offset: number
  events: number
  reason: string
  detail: string
}

/** An event that an operator decided a read model does without. */
export interface DroppedEventFound {
  projection: string
  show: string
  partition: number
  offset: number
  /** Record name; null where the record had none. */
  name: string | null
  by: string
  why: string
  /** Rows of that show in that read model that are not what the log says. */
  differences: number
}

/** Where read models are not the log, and say so themselves: no violation, and not whole either. */
export interface NotWhole {
  parked: ParkedStreamFound[]
  dropped: DroppedEventFound[]
}

/** What of the rows is not to be compared as it stands. */
export class Unfinished {
  readonly found: NotWhole
  private readonly parkedAnswers: ReadonlyMap<number, ReadonlySet<number>>
  private readonly parked = new Map<string, number>()
  private readonly dropped = new Map<string, DroppedEventFound>()

  constructor(
    { parked, dropped, parkedAnswers }: Pick<ReadModelRows, 'parked' | 'dropped' | 'parkedAnswers'>,
    private readonly tables: ReadModelTables,
  ) {
    this.parkedAnswers = parkedAnswers
    this.found = { parked: parked.map(parkedStream), dropped: dropped.map(droppedEvent) }
    for (const row of parked) this.parked.set(keyOf(row), row.first_offset)
    for (const [at, row] of dropped.entries())
      if (!this.dropped.has(keyOf(row))) this.dropped.set(keyOf(row), this.found.dropped[at] as DroppedEventFound)
  }

  /** Offset of the first parked event of the stream; null where it is not parked there. */
  parkedAt(name: ReadModelName, stream: string): number | null {
    return this.parked.get(keyOf({ ...this.tables[name], stream })) ?? null
  }

  /** Offsets of answers that are parked, so not shown yet. */
  answersIn(partition: number): ReadonlySet<number> {
    return this.parkedAnswers.get(partition) ?? new Set()
  }

  /** True where the difference may be due to a dropped event: it is counted there. */
  isDueToDrop(name: ReadModelName, stream: string | null): boolean {
    const due = stream === null ? undefined : this.dropped.get(keyOf({ ...this.tables[name], stream }))
    if (due) due.differences += 1
    return due !== undefined
  }
}

const keyOf = ({ projection, stream }: { projection: string; stream: string }) => `${projection} ${stream}`

const parkedStream = (row: ParkedRow): ParkedStreamFound => ({
  projection: row.projection,
  show: row.stream,
  partition: row.partition_no,
  offset: row.first_offset,
  events: row.events,
  reason: row.reason,
  detail: row.detail,
})

const droppedEvent = (row: DroppedRow): DroppedEventFound => ({
  projection: row.projection,
  show: row.stream,
  partition: row.partition_no,
  offset: row.offset_no,
  name: row.name,
  by: row.dropped_by,
  why: row.why,
  differences: 0,
})
