import type { ChartPoint } from '../report/chart.js'
import type { Figure } from '../report/report.js'
import type { Measured } from './measured.js'
import { figuresOf, of, type ReserveSummary } from './summary.js'
import { levelsOf, sides } from './tables.js'

/** What of the benchmark is worth comparing with the next. */
export function reserveFigures({
  ratio,
  ours,
  openLoop500,
  writePathOnly,
  hotVsSpread,
}: ReserveSummary): Record<string, Figure> {
  const figures: Record<string, Figure> = {}
  for (const [level, { perSecond, p99Ms, cpuMicros }] of Object.entries(ours)) {
    figures[`ours at ${level}`] = { value: perSecond, unit: 'accepted/s', better: 'more' }
    figures[`ours at ${level}, p99`] = { value: p99Ms, unit: 'ms', better: 'less' }
    for (const [name, value] of Object.entries(cpuMicros))
      figures[`CPU of ${name} at ${level}`] = { value, unit: 'µs an answer', better: 'less' }
  }
  for (const [level, { perSecond }] of Object.entries(writePathOnly))
    figures[`projectors held, at ${level}`] = { value: perSecond, unit: 'accepted/s', better: 'more' }
  for (const [to, levels] of Object.entries(ratio))
    for (const [level, value] of Object.entries(levels))
      figures[`÷ ${to} at ${level}`] = { value, unit: 'times', better: 'more' }
  figures['500 a second, p50'] = { value: openLoop500.p50Ms, unit: 'ms', better: 'less' }
  figures['500 a second, p99'] = { value: openLoop500.p99Ms, unit: 'ms', better: 'less' }
  figures['one show ÷ many'] = { value: hotVsSpread, unit: 'times', better: 'less' }
  return figures
}

/** A line for each who was measured at more than one number of connections. */
export function speedPoints(measured: readonly Measured[]): ChartPoint[] {
  return sides.flatMap(([side, line]) => {
    const levels = levelsOf(measured, side)
    if (levels.length < 2) return []
    return levels.map((connections) => ({
      line,
      connections,
      perSecond: figuresOf(of(measured, side, connections)).perSecond,
    }))
  })
}
