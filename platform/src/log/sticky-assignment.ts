/**
 * Who gets which partition, given what each member has: what a member has and may keep, it keeps, because its memory of the
 * partition is warm; nobody has more than its share (rounded up). The same input gives the same answer.
 */
export function stickyAssignment(
  partitions: readonly number[],
  members: readonly { memberId: string; owned: readonly number[] }[],
): Map<string, number[]> {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
  const free = new Set(partitions)
  const share = Math.floor(partitions.length / Math.max(1, sorted.length))
  let extra = partitions.length - share * sorted.length
  const assigned = new Map<string, number[]>()
  // Those who have most keep the extra places, so that fewest partitions move.
  for (const { memberId, owned } of [...sorted].sort((a, b) => b.owned.length - a.owned.length)) {
    const mine = owned.filter((partition) => free.has(partition))
    const most = share + (extra > 0 && mine.length > share ? 1 : 0)
    if (most > share) extra -= 1
    const kept = mine.slice(0, most)
    for (const partition of kept) free.delete(partition)
    assigned.set(memberId, kept)
  }
  for (const partition of [...free].sort((a, b) => a - b)) {
    const [poorest] = sorted
      .map(({ memberId }) => assigned.get(memberId) as number[])
      .sort((a, b) => a.length - b.length)
    poorest?.push(partition)
  }
  return assigned
}
