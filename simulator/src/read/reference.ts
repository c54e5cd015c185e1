import type { Plan } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import { decodeJournal, type JournalRecord } from '@onsale/platform/log'
import {
  type Handler,
  type HandlerContext,
  type JournalTypes,
  PlanUnknownError,
  type Projection,
  RowBatch,
  tableName,
} from '@onsale/projectors'
import type { PartitionLog, StoredMessage } from '../kafka/index.js'
import { changed, keyOf, type Row } from '../sql/index.js'

/** What a row became with the event at an offset. */
interface Entry {
  offset: number
  /** Stream of the event; null: the partition's own. */
  stream: string | null
  /** Null: there is no such row any more. */
  row: Row | null
}

export interface ReferenceTable {
  /** As in SQL. */
  name: string
  columns: readonly string[]
  /** By key, oldest first. */
  rows: Map<string, Entry[]>
  /** Keys by the offsets at which they changed. */
  touched: { offset: number; key: string }[]
}

export interface ReferenceProjection {
  projection: Projection
  tables: ReferenceTable[]
}

/**
 * What a partition's journal leads to in every projection: each event for itself, from the log's beginning, with a reader
 * rule of its own; no batches, no checkpoints, nothing parked. Every past state can be asked for.
 */
export class Reference {
  readonly projections: ReferenceProjection[]
  /** Offsets of each stream's events, in order: the version of an event is its place, from 1. */
  readonly streams = new Map<string, number[]>()
  private read = 0
  private claim: string | null = null

  constructor(
    projections: readonly Projection[],
    private readonly log: PartitionLog,
    private readonly codec: Codec,
    private readonly plans: ReadonlyMap<string, Plan>,
    /** Records that the world slipped in itself. */
    private readonly isSlipped: (offset: number) => boolean,
  ) {
    this.projections = projections.map((projection) => ({
      projection,
      tables: projection.tables.map((table) => ({
        name: tableName(table, projection.version),
        columns: table.columns,
        rows: new Map(),
        touched: [],
      })),
    }))
  }

  /** Reads what has become readable. */
  catchUp(): void {
    const end = this.log.lastStable
    for (const message of this.log.committed(this.read, end)) this.take(message)
    this.read = end
  }

  table(name: string): ReferenceTable {
    for (const { tables } of this.projections) for (const table of tables) if (table.name === name) return table
    throw new Error(`no projection has a table ${name}`)
  }

  private take(message: StoredMessage): void {
    const claimId = message.headers['claim-id']?.toString() ?? null
    if (this.isSlipped(Number(message.offset)) || claimId === null) return
    if (message.headers.ce_type?.toString().endsWith('.OwnerClaimed')) this.claim = claimId
    if (claimId !== this.claim) return
    const { topic, partition } = this.log
    const event = decodeJournal(this.codec, {
      ...{ topic, partition, claimId, key: null, value: message.value, offset: Number(message.offset) },
      headers: message.headers,
      appendedAt: Number(message.timestamp),
    }) as JournalRecord
    const stream = event.streamVersion === null ? null : event.subject
    if (stream !== null) {
      const offsets = this.streams.get(stream) ?? []
      this.streams.set(stream, offsets)
      offsets.push(event.offset)
    }
    for (const one of this.projections) this.apply(one, event, stream)
  }

  private apply({ projection, tables }: ReferenceProjection, event: JournalRecord, stream: string | null): void {
    const handler = projection.on[event.type as keyof JournalTypes] as Handler<never> | undefined
    if (!handler) return
    const rows = new RowBatch()
    handler(event as never, rows, this.context)
    for (const { table, changes } of rows.byTable()) {
      const reference = tables[projection.tables.indexOf(table)] as ReferenceTable
      for (const { key, change } of changes) {
        const id = keyOf(key)
        let entries = reference.rows.get(id)
        if (!entries) {
          entries = []
          reference.rows.set(id, entries)
        }
        const row = changed(entries.at(-1)?.row ?? null, change, table, key)
        if (row === undefined)
          throw new Error(`${event.type} at ${event.offset} changes ${reference.name} ${id}, which is not there`)
        entries.push({ offset: event.offset, stream, row })
        reference.touched.push({ offset: event.offset, key: id })
      }
    }
  }

  private readonly context: HandlerContext = {
    remembered: () => null,
    plan: (hash) => {
      const plan = this.plans.get(hash)
      if (!plan) throw new PlanUnknownError(hash)
      return plan
    },
  }
}

/** The row as it is where everything before `end` is applied, but nothing of these streams from these offsets on. */
export function rowBefore(
  entries: readonly Entry[] | undefined,
  end: number,
  parked: ReadonlyMap<string, number>,
): Row | null {
  if (!entries) return null
  for (let at = entries.length - 1; at >= 0; at--) {
    const { offset, stream, row } = entries[at] as Entry
    if (offset < end && (stream === null || offset < (parked.get(stream) ?? end))) return row
  }
  return null
}

export const sameRow = (columns: readonly string[], a: Row | null, b: Row | null): boolean =>
  a === b || (a !== null && b !== null && columns.every((column) => a[column] === b[column]))
