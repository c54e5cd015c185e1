import Table from 'cli-table3'
import type { Finding } from './check/findings.js'
import type { Counted } from './fault-loop.js'
import { nameOf } from './plan-faults.js'
import type { FaultsResult } from './run-faults.js'

export const countOf = (findings: readonly Finding[], ...kinds: Finding['kind'][]): number =>
  findings.filter(({ kind }) => kinds.includes(kind)).length

const oversales = ['oversold', 'seat-two-owners']
const doubles = ['answered-twice', 'command-decided-twice']
const auditFindings = (findings: readonly Finding[], invariants: readonly string[]) =>
  findings.filter(({ kind, about }) => kind === 'audit' && invariants.includes(about.split(' ')[0] as string)).length

/** The last line of a run, for programs. */
export function summaryOf({ counted, commands, acknowledged, unknown, findings }: FaultsResult) {
  const byKindAndTarget: Record<string, number> = {}
  const worst = { commands: {} as Record<string, number>, reads: {} as Record<string, number> }
  for (const [name, all] of byName(counted)) {
    byKindAndTarget[name] = all.length
    worst.commands[name] = Math.max(...all.map(({ noCommandsMs }) => noCommandsMs))
    worst.reads[name] = Math.max(...all.map(({ noReadsMs }) => noReadsMs))
  }
  return {
    injections: counted.length,
    byKindAndTarget,
    commands,
    acknowledged,
    unknown,
    lost: countOf(findings, 'lost'),
    doubled: countOf(findings, 'doubled') + auditFindings(findings, doubles),
    oversold: auditFindings(findings, oversales),
    violations: findings.map(({ kind, about, detail }) => `${kind}: ${about}: ${detail}`),
    worstUnavailableMs: worst,
  }
}

/** One row for each kind × target: how often, and how long it took at the worst. */
export function tableOf(counted: readonly Counted[]): string {
  const table = new Table({
    head: ['fault', 'times', 'no command answered, ms', 'no read answered, ms', 'mended after, ms'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  })
  const worst = (all: readonly Counted[], of: (one: Counted) => number) => {
    const sorted = all.map(of).sort((a, b) => a - b)
    return `${sorted[sorted.length >> 1]} … ${sorted.at(-1)}`
  }
  for (const [name, all] of byName(counted))
    table.push([
      name,
      all.length,
      worst(all, ({ noCommandsMs }) => noCommandsMs),
      worst(all, ({ noReadsMs }) => noReadsMs),
      worst(all, ({ mendedAfterMs }) => mendedAfterMs),
    ])
  return table.toString()
}

function byName(counted: readonly Counted[]): [string, Counted[]][] {
  const all = new Map<string, Counted[]>()
  for (const one of counted) all.set(nameOf(one), [...(all.get(nameOf(one)) ?? []), one])
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1))
}
