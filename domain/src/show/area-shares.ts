import type { AreaShare } from './state.js'

const none: readonly AreaShare[] = Object.freeze([])
const mostShared = 10_000
const quantities = 1_000_000
/** Lists of one share, by area and quantity. */
const shared = new Map<number, readonly AreaShare[]>()

/**
 * The list that a reservation keeps, not to be written to. Nearly all have one of the same few: each of these is one list for all, so
 * that a collection of garbage does not look at three more objects for each of a million reservations.
 */
export function sharesOf(shares: readonly AreaShare[]): readonly AreaShare[] {
  const [only, another] = shares
  if (!only) return none
  if (another) return shares.slice()
  const { area, quantity } = only
  const key = area * quantities + quantity
  const known = quantity < quantities ? shared.get(key) : undefined
  if (known) return known
  const list = Object.freeze([Object.freeze({ area, quantity })])
  if (quantity < quantities && shared.size < mostShared) shared.set(key, list)
  return list
}
