import { SeededRandom } from '../demo/seeded-random.js'

export const processFaults = ['kill', 'pause', 'restart'] as const
export const linkFaults = ['cut', 'stall', 'delay'] as const
export const diskFaults = ['fill'] as const
export type FaultKind = (typeof processFaults)[number] | (typeof linkFaults)[number] | (typeof diskFaults)[number]

export interface Fault {
  kind: FaultKind
  target: string
  /** How long a process is paused, a link disturbed or a disk full, ms. */
  holdMs: number
  /** What a delayed link adds to each way, ms. */
  delayMs: number
}

export interface Targets {
  processes: readonly string[]
  links: readonly string[]
  /** Servers whose disk can be filled. */
  disks: readonly string[]
}

export const nameOf = ({ kind, target }: Pick<Fault, 'kind' | 'target'>): string => `${kind} ${target}`

/** Every kind × target. */
export const combinations = ({ processes, links, disks }: Targets): Pick<Fault, 'kind' | 'target'>[] => [
  ...processFaults.flatMap((kind) => processes.map((target) => ({ kind, target }))),
  ...linkFaults.flatMap((kind) => links.map((target) => ({ kind, target }))),
  ...diskFaults.flatMap((kind) => disks.map((target) => ({ kind, target }))),
]

/**
 * Faults without end: each time one of those of `all` that were done least, `before` included, and not the same target twice in a row
 * where that can be helped. The same seed gives the same faults after the same ones before.
 */
export function* plannedFaults(
  all: readonly Pick<Fault, 'kind' | 'target'>[],
  seed: number,
  before: ReadonlyMap<string, number> = new Map(),
): Generator<Fault> {
  const random = SeededRandom.of(seed, 1_000_003)
  const times = new Map(all.map((one) => [nameOf(one), before.get(nameOf(one)) ?? 0]))
  const timesOf = (one: Pick<Fault, 'kind' | 'target'>) => times.get(nameOf(one)) ?? 0
  let last = ''
  for (;;) {
    const least = Math.min(...times.values())
    const left = all.filter((one) => timesOf(one) === least)
    const others = left.filter(({ target }) => target !== last)
    const from = others.length > 0 ? others : left
    const chosen = from[random.below(from.length)] as (typeof left)[number]
    times.set(nameOf(chosen), least + 1)
    last = chosen.target
    // Shorter and longer than the sessions that are meant to notice it (1.5 s).
    const holdMs = Math.round(random.next() < 0.7 ? random.between(600, 1_500) : random.between(1_500, 5_000))
    yield { ...chosen, holdMs, delayMs: Math.round(random.between(30, 400)) }
  }
}
