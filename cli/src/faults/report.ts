import { loadavg } from 'node:os'
import Table from 'cli-table3'
import type { Finding } from './check/findings.js'
import type { Counted } from './fault-loop.js'
import { diskFaults, type FaultKind, linkFaults, nameOf, processFaults } from './plan-faults.js'
import type { FaultsOptions, FaultsResult } from './run-faults.js'
import type { SeedResult } from './seed-result.js'

const oversales = ['oversold', 'seat-two-owners']
const doubles = ['answered-twice', 'command-decided-twice']
const countOf = (findings: readonly Finding[], kind: Finding['kind']) =>
  findings.filter((finding) => finding.kind === kind).length
const auditFindings = (findings: readonly Finding[], invariants: readonly string[]) =>
  findings.filter(({ kind, about }) => kind === 'audit' && invariants.includes(about.split(' ')[0] as string)).length

export const machineNow = (cores: number) => ({ cores, loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)) })

export function seedResult(
  { seed, brokers, minutes }: Pick<FaultsOptions, 'seed' | 'brokers' | 'minutes'>,
  machine: ReturnType<typeof machineNow>,
  { counted, findings, ...counts }: FaultsResult,
): SeedResult {
  return {
    ...{ at: new Date().toISOString(), seed, brokers, minutes, ...machine, faults: counted, ...counts },
    lost: countOf(findings, 'lost'),
    doubled: countOf(findings, 'doubled') + auditFindings(findings, doubles),
    oversold: auditFindings(findings, oversales),
    violations: findings.map(({ kind, about, detail }) => `seed ${seed}: ${kind}: ${about}: ${detail}`),
  }
}

/** The last line, for programs: one seed, or several together. */
export function summaryOf(results: readonly SeedResult[]) {
  const faults = results.flatMap((result) => result.faults)
  const byKindAndTarget: Record<string, number> = {}
  const worst = { commands: {} as Record<string, number>, reads: {} as Record<string, number> }
  for (const [name, all] of byName(faults)) {
    byKindAndTarget[name] = all.length
    worst.commands[name] = Math.max(...all.map(({ noCommandsMs }) => noCommandsMs))
    worst.reads[name] = Math.max(...all.map(({ noReadsMs }) => noReadsMs))
  }
  const sum = (of: 'commands' | 'acknowledged' | 'unknown' | 'lost' | 'doubled' | 'oversold') =>
    results.reduce((total, result) => total + result[of], 0)
  return {
    seeds: results.map(({ seed }) => seed),
    injections: faults.length,
    byKindAndTarget,
    commands: sum('commands'),
    acknowledged: sum('acknowledged'),
    unknown: sum('unknown'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    oversold: sum('oversold'),
    violations: results.flatMap(({ violations }) => violations),
    worstUnavailableMs: worst,
  }
}

/** One row for each kind × target: how often, and how long it took. */
export function timesTable(faults: readonly Counted[]): string {
  const table = tableWith(
    ['fault', 'times', 'no command answered, ms', 'no read answered, ms', 'mended after, ms', 'until the next, ms'],
    5,
  )
  for (const [name, all] of byName(faults)) {
    const spread = (of: (one: Counted) => number) => medianAndWorst(all.map(of)).join(' … ')
    table.push([
      name,
      all.length,
      spread(({ noCommandsMs }) => noCommandsMs),
      spread(({ noReadsMs }) => noReadsMs),
      spread(({ mendedAfterMs }) => mendedAfterMs),
      spread(({ cycleMs }) => cycleMs),
    ])
  }
  return table.toString()
}

/** One row for each target, a column for each kind: how often it was done. */
export function coverageTable(faults: readonly Counted[]): string {
  return byTarget(faults, (all) => String(all.length))
}

/** Likewise: the worst of one partition's commands; of reads. */
export function worstTable(faults: readonly Counted[]): string {
  const worst = (all: readonly Counted[], of: (one: Counted) => number) => medianAndWorst(all.map(of))[1]
  return byTarget(
    faults,
    (all) => `${worst(all, ({ noCommandsMs }) => noCommandsMs)}; ${worst(all, ({ noReadsMs }) => noReadsMs)}`,
  )
}

const kinds: readonly FaultKind[] = [...processFaults, ...linkFaults, ...diskFaults]

function byTarget(faults: readonly Counted[], cell: (all: readonly Counted[]) => string): string {
  const table = tableWith(['target', ...kinds], kinds.length)
  const targets = [...Map.groupBy(faults, ({ target }) => target)].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [target, own] of targets) {
    const cells = kinds.map((kind) => own.filter((one) => one.kind === kind))
    table.push([target, ...cells.map((all) => (all.length > 0 ? cell(all) : ''))])
  }
  return table.toString()
}

const tableWith = (head: string[], figures: number) =>
  new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array<'right'>(figures).fill('right')],
  })

function medianAndWorst(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  return [sorted[sorted.length >> 1] as number, sorted.at(-1) as number]
}

function byName(faults: readonly Counted[]): [string, Counted[]][] {
  return [...Map.groupBy(faults, nameOf)].sort(([a], [b]) => (a < b ? -1 : 1))
}
