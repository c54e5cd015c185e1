import { rounded } from '../statistics.js'
import type { BenchReport, Figure } from './report.js'

export interface Change {
  bench: string
  figure: string
  unit: string
  before: number
  now: number
  /** Above 1: better than before, whichever way is better. Null where a value is none or nothing. */
  timesBetter: number | null
}

/** Every figure that both reports have, in the order of the newer one. */
export function changesSince(before: BenchReport, now: BenchReport): Change[] {
  return now.results.flatMap(({ name, figures }) => {
    const earlier = before.results.find((result) => result.name === name)?.figures ?? {}
    return Object.entries(figures).flatMap(([figure, it]) => {
      const then = earlier[figure]
      if (!then || then.unit !== it.unit) return []
      const { value, unit } = it
      return [{ bench: name, figure, unit, before: then.value, now: value, timesBetter: timesBetter(then, it) }]
    })
  })
}

function timesBetter(before: Figure, { value, better }: Figure): number | null {
  const ratio = better === 'more' ? value / before.value : before.value / value
  return Number.isFinite(ratio) && ratio > 0 ? rounded(ratio) : null
}
