export interface GroupMember {
  memberId: string
  /** ONSALE_INSTANCE: what operators call it. */
  name?: string
  /** Where partitions are to be, as it has read: of several members the newest counts. */
  placed?: Placed
  /** Partitions that it has. */
  owned: readonly number[]
  /** Partitions that it could serve at once, because it follows them; absent: it does not say, and takes any. */
  warm?: readonly number[]
}

export interface Placed {
  version: number
  /** Partition to the name of a member. */
  to: Readonly<Record<number, string>>
}

const placedBy = (members: readonly GroupMember[]): Placed['to'] =>
  members.reduce<Placed>((newest, { placed }) => (placed && placed.version > newest.version ? placed : newest), {
    version: -1,
    to: {},
  }).to

const takes = ({ warm }: GroupMember, partition: number) => !warm || warm.includes(partition)
const byId = (a: GroupMember, b: GroupMember) => (a.memberId < b.memberId ? -1 : 1)

/**
 * Who gets which partition. What a member has it keeps, because its memory of the partition is warm; what nobody has goes to a
 * member that follows it, if there is one; then what is to be at a certain member goes there, and the shares are evened out, but both only
 * towards members that can serve at once what they get. The same input gives the same answer.
 */
export function stickyAssignment(
  partitions: readonly number[],
  members: readonly GroupMember[],
): Map<string, number[]> {
  const sorted = [...members].sort(byId)
  const assigned = new Map<string, number[]>(sorted.map(({ memberId }) => [memberId, []]))
  const of = ({ memberId }: GroupMember) => assigned.get(memberId) as number[]
  const poorest = (among: readonly GroupMember[]) => [...among].sort((a, b) => of(a).length - of(b).length)
  const free = new Set(partitions)
  for (const member of [...sorted].sort((a, b) => b.owned.length - a.owned.length)) {
    for (const partition of member.owned) if (free.delete(partition)) of(member).push(partition)
  }
  for (const partition of [...free].sort((a, b) => a - b)) {
    const followers = sorted.filter((member) => takes(member, partition))
    const [member] = poorest(followers.length > 0 ? followers : sorted)
    if (member) of(member).push(partition)
  }
  const to = placedBy(sorted)
  const placed = new Set<number>()
  for (const partition of partitions) {
    const target = sorted.find(({ name }) => name !== undefined && name === to[partition])
    if (!target) continue
    const has = sorted.find((member) => of(member).includes(partition))
    if (has !== target && !takes(target, partition)) continue
    placed.add(partition)
    if (has === target) continue
    if (has) of(has).splice(of(has).indexOf(partition), 1)
    of(target).push(partition)
  }
  const evenOut = (): boolean => {
    const order = poorest(sorted)
    for (const poor of order) {
      for (const rich of order.toReversed()) {
        if (of(rich).length - of(poor).length < 2) break
        const at = of(rich).findLastIndex((partition) => !placed.has(partition) && takes(poor, partition))
        if (at < 0) continue
        of(poor).push(...of(rich).splice(at, 1))
        return true
      }
    }
    return false
  }
  while (evenOut());
  return assigned
}

/** What a member should follow: so that it can take over when the owner dies, and, of these, so that it can be given them when it is warm. */
export interface Standby {
  partitions: number[]
  moving: number[]
}

/**
 * One standby for each partition, given who owns what. A member that has less than its share stands by for what it is to get; the
 * rest is spread, and stays with whoever follows it already. The same input gives the same answer, so every member can tell for itself.
 */
export function standbyAssignment(
  partitions: readonly number[],
  members: readonly GroupMember[],
): Map<string, Standby> {
  const sorted = [...members].sort(byId)
  const standby = new Map<string, Standby>(sorted.map(({ memberId }) => [memberId, { partitions: [], moving: [] }]))
  const of = ({ memberId }: GroupMember) => standby.get(memberId) as Standby
  const even = stickyAssignment(
    partitions,
    sorted.map(({ warm: _, ...member }) => member),
  )
  const rest: { partition: number; others: GroupMember[] }[] = []
  for (const partition of partitions) {
    const due = sorted.find(
      ({ memberId, owned }) => even.get(memberId)?.includes(partition) && !owned.includes(partition),
    )
    if (due) {
      of(due).partitions.push(partition)
      of(due).moving.push(partition)
    } else rest.push({ partition, others: sorted.filter(({ owned }) => !owned.includes(partition)) })
  }
  for (const { partition, others } of rest) {
    const load = (member: GroupMember) => of(member).partitions.length - (member.warm?.includes(partition) ? 1 : 0)
    const [member] = others.sort((a, b) => load(a) - load(b))
    if (member) of(member).partitions.push(partition)
  }
  return standby
}
