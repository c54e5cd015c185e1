/** The middle value; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** To so many digits behind the point. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits))

/**
 * How many times as much, round by round: what disturbs one round disturbs both sides of it. The median of the rounds.
 * @param ours, theirs one value a round, in the same order
 */
export function ratioByRound(ours: readonly number[], theirs: readonly number[]): number {
  const rounds = Math.min(ours.length, theirs.length)
  return rounded(median(Array.from({ length: rounds }, (_, at) => (ours[at] as number) / (theirs[at] as number))))
}
