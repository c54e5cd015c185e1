import {
  type BenchResult,
  failoverFigures,
  type ReserveSettings,
  reserveFigures,
  speedChart,
  speedPoints,
} from '@onsale/bench'
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

/** A tenth of what the benchmark takes by itself: the rates are the same. */
const rebuiltEvents = 100_000

const rebuildLines = (summary: object): string =>
  Object.entries(summary)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

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
  async ({ say }) => {
    const { runRebuild } = await import('./rebuild/run-rebuild.js')
    const summary = await runRebuild(rebuiltEvents, say)
    if (!summary.equal) throw new CommandError('a rebuilt version is not what the one before is')
    const more = (value: number, unit: string) => ({ value, unit, better: 'more' as const })
    return {
      result: {
        name: 'rebuild',
        title: `The largest read model and the seat map in Redis, from a log of ${rebuiltEvents} events (docs/operations/projections.md).`,
        tables: rebuildLines(summary),
        summary,
        figures: {
          'MySQL, events': more(summary.mysqlEventsPerSecond, '/s'),
          'MySQL, rows': more(summary.rowsPerSecond, '/s'),
          'MySQL, of what upserts alone give': more(summary.vsUpsertLimit, '×'),
          'Redis, events': more(summary.redisEventsPerSecond, '/s'),
          'Redis, of what consuming alone gives': more(summary.vsBareConsume, '×'),
        },
      },
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
  async ({ say }) => {
    const { runFailover } = await import('./failover.js')
    const { summary, tables } = await runFailover({ events: 20_000, sizes: [], kills: 4, handOvers: 4, cold: 1 }, say)
    if (summary.lost + summary.doubled > 0) throw new CommandError(`lost ${summary.lost}, doubled ${summary.doubled}`)
    const title =
      'From the end of a partition’s owner to the first command that the next one answers (docs/performance.md).'
    return { result: { name: 'failover', title, tables, summary, figures: failoverFigures(summary) } }
  },
  async ({ say }) => {
    const { runOverload } = await import('./overload.js')
    const settings = { overloadSeconds: 10, peakSeconds: 3, times: 3, connections: [256], shows: 8 }
    const { summary, objections } = await runOverload({ settings, say })
    if (objections.length > 0) throw new CommandError(objections.join('; '))
    const share = Math.round((summary.goodputPerSecond / summary.peakPerSecond) * 100)
    const title = 'Three times as much as can be served, for ten seconds (docs/operations/failures.md).'
    const tables = `${summary.goodputPerSecond}/s of ${summary.peakPerSecond}/s (${share} %), ${summary.shed} turned away, normal again after ${summary.recoverySeconds} s`
    return {
      result: {
        ...{ name: 'overload', title, tables, summary },
        figures: {
          'goodput, of the peak': { value: share, unit: '%', better: 'more' },
          'until normal again': { value: summary.recoverySeconds, unit: 's', better: 'less' },
        },
      },
    }
  },
]
