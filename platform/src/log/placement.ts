import { z } from 'zod'

/** What operators want of the partitions; who owns one is settled by its journal alone. */
export interface Placement {
  /** Deciders that are to stay out, since when and by whose decision. */
  drained: ReadonlyMap<string, Decision>
  /** Partitions that are to be at a decider whenever it is there. */
  placed: ReadonlyMap<number, Decision & { to: string }>
  /** Where shows that are scheduled from now on go; null: anywhere. */
  newShows: (Decision & { partitions: readonly number[] }) | null
  /** Grows with each decision. */
  version: number
}

export interface Decision {
  by: string
  /** UTC ms. */
  at: number
}

/** One decision; `undo` takes the one before about the same thing back. */
export type PlacementChange =
  | { about: 'decider'; decider: string; undo: boolean }
  | { about: 'partition'; partition: number; to: string | null }
  | { about: 'new-shows'; partitions: number[] | null }

export const noPlacement: Placement = { drained: new Map(), placed: new Map(), newShows: null, version: 0 }

const decision = z.object({ by: z.string(), at: z.int() })
const name = z.string().min(1).max(200)

/** The record of a decision: the newest of a key counts, and an empty one is the decision taken back. */
export function placementRecord(change: PlacementChange, { by, at }: Decision): { key: string; value: string | null } {
  const said = (more: object): string => JSON.stringify({ ...more, by, at })
  if (change.about === 'decider') return { key: `decider:${change.decider}`, value: change.undo ? null : said({}) }
  if (change.about === 'partition')
    return { key: `partition:${change.partition}`, value: change.to === null ? null : said({ to: change.to }) }
  return { key: 'new-shows', value: change.partitions ? said({ partitions: change.partitions }) : null }
}

/** The placement after one more record. What is no decision changes nothing. */
export function afterRecord(
  before: Placement,
  { key, value, offset }: { key: string | null; value: Buffer | null; offset: number },
): Placement {
  const after = { ...before, version: offset + 1 }
  const [about, of = ''] = key?.split(/:(.*)/s) ?? []
  const said = value === null ? null : parsed(value)
  if (about === 'decider' && name.safeParse(of).success) {
    const read = decision.safeParse(said)
    const drained = new Map(before.drained)
    if (value === null) drained.delete(of)
    else if (read.success) drained.set(of, read.data)
    return { ...after, drained }
  }
  if (about === 'partition' && /^\d{1,6}$/.test(of)) {
    const read = decision.extend({ to: name }).safeParse(said)
    const placed = new Map(before.placed)
    if (value === null) placed.delete(Number(of))
    else if (read.success) placed.set(Number(of), read.data)
    return { ...after, placed }
  }
  if (about === 'new-shows') {
    const read = decision.extend({ partitions: z.array(z.int().min(0)).min(1) }).safeParse(said)
    return { ...after, newShows: value === null ? null : read.success ? read.data : before.newShows }
  }
  return after
}

function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'))
  } catch {
    return undefined
  }
}
