import { median, ratioByRound, rounded } from '../statistics.js'
import type { Counted, Measured, SideName } from './measured.js'
import { allowedCatchUpMs, allowedLagMs } from './settings.js'

type ByConnections<T> = Record<string, T>

export interface Figures {
  perSecond: number
  p50Ms: number
  p99Ms: number
  cpuMicros: Record<string, number>
}

/** The last line of `./onsale bench reserve --json`. */
export interface ReserveSummary {
  /** Ours ÷ theirs, accepted answers a second. */
  ratio: {
    forUpdate: ByConnections<number>
    forUpdateEqualDurability: ByConnections<number>
    conditional: ByConnections<number>
    conditionalEqualDurability: ByConnections<number>
    procedure: ByConnections<number>
    procedureEqualDurability: ByConnections<number>
    redis: ByConnections<number>
  }
  ours: ByConnections<Figures>
  openLoop500: { p50Ms: number; p99Ms: number }
  /** Ours while no projector runs. */
  writePathOnly: ByConnections<Figures>
  /** One hot show ÷ the same load over many shows. */
  hotVsSpread: number
  caughtUp: boolean
  oversold: number
}

export function summaryOf(all: readonly Measured[], { oversold }: Counted): ReserveSummary {
  const perSecond = (side: SideName, connections: number) =>
    of(all, side, connections).map(({ result }) => result.perSecond)
  const ratioTo = (side: SideName) =>
    byConnections(all, side, (connections) =>
      ratioByRound(perSecond('ours', connections), perSecond(side, connections)),
    )
  const figures = (side: SideName) => byConnections(all, side, (connections) => figuresOf(of(all, side, connections)))
  const [open] = Object.values(figures('oursOpenLoop'))
  const spreadAt = all.find(({ side }) => side === 'oursSpread')?.connections ?? 0
  const lags = all.flatMap(({ lag }) => lag ?? [])
  return {
    ratio: {
      forUpdate: ratioTo('forUpdate/1'),
      forUpdateEqualDurability: ratioTo('forUpdate/2'),
      conditional: ratioTo('conditional/1'),
      conditionalEqualDurability: ratioTo('conditional/2'),
      procedure: ratioTo('procedure/1'),
      procedureEqualDurability: ratioTo('procedure/2'),
      redis: ratioTo('redis'),
    },
    ours: figures('ours'),
    openLoop500: { p50Ms: open?.p50Ms ?? Number.NaN, p99Ms: open?.p99Ms ?? Number.NaN },
    writePathOnly: figures('oursWritePathOnly'),
    hotVsSpread: ratioByRound(perSecond('ours', spreadAt), perSecond('oursSpread', spreadAt)),
    caughtUp: lags.every(({ worstMs, caughtUpMs }) => worstMs <= allowedLagMs && caughtUpMs <= allowedCatchUpMs),
    oversold,
  }
}

/** Each figure is the median of the rounds. */
export function figuresOf(rounds: readonly Measured[]): Figures {
  const middle = (of: (result: Measured['result']) => number, digits: number) =>
    rounded(median(rounds.map(({ result }) => of(result))), digits)
  const names = new Set(rounds.flatMap(({ result }) => Object.keys(result.cpuMicros)))
  const cpuMicros = [...names].map((name) => [name, middle(({ cpuMicros }) => cpuMicros[name] ?? 0, 1)] as const)
  return {
    perSecond: middle(({ perSecond }) => perSecond, 0),
    p50Ms: middle(({ p50Ms }) => p50Ms, 1),
    p99Ms: middle(({ p99Ms }) => p99Ms, 1),
    // A process that has no part in it is left out.
    cpuMicros: Object.fromEntries(cpuMicros.filter(([, micros]) => micros >= 1)),
  }
}

export const of = (all: readonly Measured[], side: SideName, connections: number): Measured[] =>
  all.filter((it) => it.side === side && it.connections === connections)

function byConnections<T>(
  all: readonly Measured[],
  side: SideName,
  value: (connections: number) => T,
): ByConnections<T> {
  const levels = [...new Set(all.filter((it) => it.side === side).map(({ connections }) => connections))]
  return Object.fromEntries(levels.sort((a, b) => a - b).map((connections) => [connections, value(connections)]))
}
