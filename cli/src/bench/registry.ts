import { type BenchResult, type ReserveSettings, reserveFigures, speedChart, speedPoints } from '@onsale/bench'
import { CommandError } from '../command.js'

export interface BenchRun {
  settings: ReserveSettings
  /** Measures the stack that is up, instead of a new one. */
  running: boolean
  say(line: string): void
}

/** What a benchmark leaves: its result, and what it may add to the report. */
export interface Ran {
  result: BenchResult
  /** SVG. */
  chart?: string
  /** Of the servers that took part. */
  versions?: Record<string, string>
}

/** What `bench all` runs, in this order. A benchmark whose run is short enough for that registers here. */
export const benches: ((run: BenchRun) => Promise<Ran>)[] = [
  async () => {
    const { runBestAvailable } = await import('./best-available.js')
    const { halls, tables } = await runBestAvailable(5)
    const figures = halls.flatMap(({ seats, p50Micros, p99Micros, stateMiB = 0 }) => [
      [`${seats} seats, p50`, { value: p50Micros, unit: 'µs', better: 'less' as const }] as const,
      [`${seats} seats, p99`, { value: p99Micros, unit: 'µs', better: 'less' as const }] as const,
      [`${seats} seats, state`, { value: stateMiB, unit: 'MiB', better: 'less' as const }] as const,
    ])
    const title = 'Choosing the best available seats until a hall is sold out, and the state of the full house.'
    return {
      result: { name: 'best-available', title, tables, summary: { halls }, figures: Object.fromEntries(figures) },
    }
  },
  async (run) => {
    const { runReserve } = await import('./reserve.js')
    const { summary, outcome, tables, versions } = await runReserve(run)
    const { oversold, lost } = outcome.counted
    if (oversold + lost > 0) throw new CommandError(`oversold ${oversold}, lost ${lost}`)
    const title =
      'Accepted, durable reservations a second over HTTP, ours and by SQL and Redis, in turn (docs/performance.md).'
    return {
      result: { name: 'reserve', title, tables, summary, figures: reserveFigures(summary) },
      chart: await speedChart(speedPoints(outcome.measured)),
      versions,
    }
  },
]
