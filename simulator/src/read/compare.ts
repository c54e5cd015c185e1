import type { Row, SqlServer } from '../sql/index.js'
import { checkpointKey, keyOf } from '../sql/index.js'
import { type Reference, rowBefore, sameRow } from './reference.js'

/** Where a projection stands in a partition, as the database says. */
interface Standing {
  end: number
  parked: Map<string, number>
}

/**
 * Compares what the projections have written with what the journal leads to, at each projection's own place: row for row,
 * stream versions and parked events too.
 */
export class Comparison {
  /** Up to where all was compared before, by projection and partition. */
  private readonly done = new Map<string, number>()

  constructor(
    private readonly server: SqlServer,
    private readonly topic: string,
    private readonly references: readonly Reference[],
    private readonly violate: (invariant: string, detail: string) => void,
  ) {}

  /** `all`: every row; else those that may have changed since the last time. */
  run(all: boolean): void {
    for (const reference of this.references) reference.catchUp()
    const expected = new Map<string, number>()
    for (const [partition, reference] of this.references.entries())
      for (const { projection, tables } of reference.projections) {
        const id = { projection: projection.name, version: projection.version, topic: this.topic, partition }
        const place = `${projection.name}/${partition}`
        const standing = this.standing(id)
        if (!standing) continue
        this.compareParked(place, id, standing, reference)
        this.compareVersions(place, id, standing, reference)
        const from = all ? 0 : (this.done.get(place) ?? 0)
        for (const table of tables) {
          const keys = all ? table.rows.keys() : touchedFrom(table.touched, from)
          let there = 0
          for (const key of keys) {
            const should = rowBefore(table.rows.get(key), standing.end, standing.parked)
            const is = this.get(table.name, key)
            if (should) there += 1
            if (!sameRow(table.columns, should, is)) {
              this.violate(
                'projection-differs',
                `${place} at ${standing.end}: ${table.name} ${key.replaceAll('\u0000', '/')} is ${JSON.stringify(is)}, the journal says ${JSON.stringify(should)}`,
              )
              return
            }
          }
          expected.set(table.name, (expected.get(table.name) ?? 0) + there)
        }
        this.done.set(place, Math.min(standing.end, ...standing.parked.values()))
      }
    if (!all) return
    const { tables } = this.server
    for (const [name, count] of expected) {
      const found = [...tables.rows(name, tables.committed)].length
      if (found !== count)
        this.violate('projection-differs', `${name} has ${found} rows, the journal leads to ${count}`)
    }
  }

  private standing(id: Parameters<typeof checkpointKey>[0]): Standing | null {
    const { tables } = this.server
    const checkpoint = this.get('projection_checkpoint', checkpointKey(id))
    if (!checkpoint) return null
    const parked = new Map<string, number>()
    for (const row of tables.rows('parked_stream', tables.committed))
      if (isOf(row, id)) parked.set(row.stream as string, row.first_offset as number)
    return { end: checkpoint.next_offset as number, parked }
  }

  /** Parked are exactly the events of the stream from the first one that could not be applied to the checkpoint. */
  private compareParked(
    place: string,
    id: Parameters<typeof checkpointKey>[0],
    { end, parked }: Standing,
    { streams }: Reference,
  ): void {
    const { tables } = this.server
    const found = new Map<string, number[]>()
    for (const row of tables.rows('parked_event', tables.committed)) {
      if (!isOf(row, id)) continue
      const offsets = found.get(row.stream as string) ?? []
      found.set(row.stream as string, offsets)
      offsets.push(row.offset_no as number)
    }
    for (const stream of new Set([...parked.keys(), ...found.keys()])) {
      const first = parked.get(stream) ?? Number.POSITIVE_INFINITY
      const should = (streams.get(stream) ?? []).filter((offset) => offset >= first && offset < end)
      const is = (found.get(stream) ?? []).sort((a, b) => a - b)
      if (should.join() !== is.join())
        this.violate('parked-differs', `${place} at ${end}: of ${stream} are parked ${is}, it should be ${should}`)
    }
  }

  private compareVersions(
    place: string,
    id: Parameters<typeof checkpointKey>[0],
    { end, parked }: Standing,
    { streams }: Reference,
  ): void {
    for (const [stream, offsets] of streams) {
      const before = parked.get(stream) ?? end
      const should = before > (offsets.at(-1) as number) ? offsets.length : offsets.filter((it) => it < before).length
      const row = this.get('projection_stream', keyOf([id.projection, id.version, stream]))
      const is = (row?.stream_version as number | undefined) ?? 0
      if (is !== should)
        this.violate('version-differs', `${place} at ${end}: ${stream} is at version ${is}, it should be ${should}`)
    }
  }

  private get(table: string, key: string): Row | null {
    const { tables } = this.server
    return tables.get(table, key, tables.committed)
  }
}

const isOf = (row: Row, id: { projection: string; version: number; partition: number }) =>
  row.partition_no === id.partition && row.projection === id.projection && row.version === id.version

/** Keys that changed at `from` or later, each once. */
function touchedFrom(touched: readonly { offset: number; key: string }[], from: number): Set<string> {
  const keys = new Set<string>()
  for (let at = touched.length - 1; at >= 0; at--) {
    const { offset, key } = touched[at] as { offset: number; key: string }
    if (offset < from) break
    keys.add(key)
  }
  return keys
}
