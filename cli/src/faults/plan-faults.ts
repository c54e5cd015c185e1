import { SeededRandom } from '../demo/seeded-random.js'

export const processFaults = ['kill', 'pause', 'restart'] as const
export const linkFaults = ['cut', 'stall', 'delay'] as const
export type FaultKind = (typeof processFaults)[number] | (typeof linkFaults)[number]

export interface Fault {
  kind: FaultKind
  target: string
  /** How long a process is paused or a link disturbed, ms. */
  holdMs: number
  /** What a delayed link adds to each way, ms. */
  delayMs: number
}

export interface Targets {
  processes: readonly string[]
  links: readonly string[]
}

export const nameOf = ({ kind, target }: Pick<Fault, 'kind' | 'target'>): string => `${kind} ${target}`

/** Every kind × target. */
export const combinations = ({ processes, links }: Targets): Pick<Fault, 'kind' | 'target'>[] => [
  ...processFaults.flatMap((kind) => processes.map((target) => ({ kind, target }))),
  ...linkFaults.flatMap((kind) => links.map((target) => ({ kind, target }))),
]

/**
 * Faults without end: round after round of `all`, each in another order, never the same target twice in a row. The same seed gives
 * the same faults.
 */
export function* plannedFaults(all: readonly Pick<Fault, 'kind' | 'target'>[], seed: number): Generator<Fault> {
  const random = SeededRandom.of(seed, 1_000_003)
  let last = ''
  for (;;) {
    const left = [...all]
    while (left.length > 0) {
      const others = left.filter(({ target }) => target !== last)
      const from = others.length > 0 ? others : left
      const chosen = from[random.below(from.length)] as (typeof left)[number]
      left.splice(left.indexOf(chosen), 1)
      last = chosen.target
      // Shorter and longer than the sessions that are meant to notice it (3 s).
      const holdMs = Math.round(random.next() < 0.6 ? random.between(600, 1_500) : random.between(1_500, 5_000))
      yield { ...chosen, holdMs, delayMs: Math.round(random.between(30, 400)) }
    }
  }
}
