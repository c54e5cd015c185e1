import { lookAtStreams, type StreamLook } from '../redis/compare-views.js'
import type { RowDifference } from './compare-tables.js'
import type { ComparisonOptions, UnitDifference, VersionComparison } from './compare-versions.js'
import type { KeptViews } from './kept-views.js'
import type { VersionPorts } from './ports.js'
import type { Version } from './version.js'

/** As compareVersions: streams whose copies were level in one look, again and again until all were or patience ends. */
export async function compareRedisVersions(
  { redis, env, partitions }: KeptViews,
  ports: VersionPorts,
  [before, after]: [Version, Version],
  options: ComparisonOptions,
): Promise<VersionComparison> {
  const settled = new Map<string, boolean>()
  const different: UnitDifference[] = []
  const until = ports.clock.now() + options.patienceMs
  for (;;) {
    const left = new Set<string>()
    const rows = new Map<string, [number, number]>()
    for (const partition of partitions) {
      const place = { projection: before.projection, partition }
      for await (const look of lookAtStreams(redis, env, place, [before.version, after.version])) {
        count(rows, look)
        if (settled.has(look.stream)) continue
        if (!look.level) {
          left.add(look.stream)
          continue
        }
        const found = differences(look)
        settled.set(look.stream, found.length === 0)
        if (found.length === 0) continue
        const shown = different.length < options.streams ? found.slice(0, options.rows) : []
        different.push({ unit: look.stream, tables: [...new Set(found.map(({ table }) => table))], rows: shown })
      }
    }
    options.onLook?.(settled.size, left.size)
    if (left.size === 0 || ports.clock.now() >= until)
      return {
        before: before.version,
        after: after.version,
        tables: [...rows].map(([table, [rowsBefore, rowsAfter]]) => ({
          ...{ table, rowsBefore, rowsAfter, columnsAdded: [], columnsRemoved: [] },
        })),
        compared: settled.size,
        equal: [...settled.values()].filter(Boolean).length,
        different,
        unsettled: [...left],
      }
    await ports.timers.sleep(100)
  }
}

/** What keys of a kind hold: "table" to who reads a comparison. */
const kindOf = (key: string) => key.split(':')[0] ?? ''

function count(rows: Map<string, [number, number]>, { before, after }: StreamLook): void {
  for (const [at, content] of [before, after].entries())
    for (const key of content.keys()) {
      const both = rows.get(kindOf(key)) ?? [0, 0]
      both[at as 0 | 1] += 1
      rows.set(kindOf(key), both)
    }
}

function differences({ before, after }: StreamLook): RowDifference[] {
  const found: RowDifference[] = []
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)]
    for (const field of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) {
      const [a, b] = [was?.get(field) ?? null, is?.get(field) ?? null]
      if (a !== b) found.push({ table: kindOf(key), key, column: field, before: a, after: b })
    }
  }
  return found
}
