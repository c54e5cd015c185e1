import Table from 'cli-table3'
import { median } from '../statistics.js'
import type { FailoverOutcome, Measured } from './bench-failover.js'

export interface FailoverSummary {
  events: number
  kills: number
  p50Ms: number
  p95Ms: number
  plannedP95Ms: number
  coldP95Ms: number
  lost: number
  doubled: number
  rssMiB: number
  /** CPU of the owner's process, µs, by the number of events before. */
  costPerCommand: Record<string, number>
}

/** The value that 95 in 100 do not exceed. */
export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN
}

/** Of the largest size, but for the cost, which is of each. */
export function failoverSummary({ sizes, lost, doubled }: FailoverOutcome): FailoverSummary {
  const { events, kill, planned, cold, rssMiB } = sizes.at(-1) as Measured
  return {
    ...{ events, kills: kill.length, p50Ms: median(kill), p95Ms: p95(kill), plannedP95Ms: p95(planned) },
    ...{ coldP95Ms: p95(cold), lost, doubled, rssMiB },
    costPerCommand: Object.fromEntries(sizes.map((size) => [size.events, size.cpuMicrosPerCommand])),
  }
}

export function failoverTable({ sizes }: FailoverOutcome): string {
  const table = new Table({
    head: [
      'events',
      'take-over',
      'times',
      'p50 ms',
      'p95 ms',
      'max ms',
      'CPU µs a command',
      'RSS MiB',
      'longest stall ms',
    ],
    style: { head: [], border: [], compact: true },
  })
  for (const { events, kill, planned, cold, coldPlanned, cpuMicrosPerCommand, rssMiB, longestStallMs } of sizes) {
    const rows: [string, number[]][] = [
      ['kill -9, standby', kill],
      ['SIGTERM, standby', planned],
      ['kill -9, none', cold],
      ['SIGTERM, none', coldPlanned],
    ]
    for (const [at, [name, times]] of rows.entries()) {
      const figures = [times.length, median(times), p95(times), Math.max(...times)]
      const ofAll = at === 0 ? [cpuMicrosPerCommand, rssMiB, longestStallMs] : ['', '', '']
      table.push([events, name, ...figures, ...ofAll])
    }
  }
  return table.toString()
}
