import Table from 'cli-table3'
import type { Moved, PartitionStatus, PartitionsStatus } from './partition-desk.js'

const style = { head: [], border: [], compact: true }
const numbers = (list: readonly number[]) => [...list].sort((a, b) => a - b).join(' ') || '-'

export function partitionsText(
  { settled, deciders, drained, newShows, partitions }: PartitionsStatus,
  now: number,
): string {
  const table = new Table({ head: ['of', 'partition', 'owner', 'since', 'claim at', 'standby', 'waiting', ''], style })
  for (const it of partitions)
    table.push([
      it.context,
      it.partition,
      it.owner?.decider ?? 'nobody yet',
      it.owner ? `${new Date(it.owner.since).toISOString()} (${age(now - it.owner.since)})` : '-',
      it.owner?.offset ?? '-',
      it.standby.map(({ decider, behind }) => (behind ? `${decider} (${behind} behind)` : decider)).join(' ') || '-',
      it.waiting,
      settled ? remark(it) : 'the group is settling',
    ])
  const members = new Table({ head: ['decider', 'host', 'of', 'has', 'stands by for'], style })
  for (const { context, name, host, owned, standby } of deciders)
    members.push([name, host, context, numbers(owned), numbers(standby)])
  for (const { name, by, since } of drained)
    members.push([name, `drained by ${by}, ${age(now - since)} ago`, '-', '-', '-'])
  const lines = [table.toString(), members.toString()]
  if (newShows) lines.push(`new shows go to ${newShows.length === 1 ? 'partition' : 'partitions'} ${numbers(newShows)}`)
  return lines.join('\n')
}

/** What the log and the group do not say alike. */
function remark({ owner, assigned, placed }: PartitionStatus): string {
  if (placed !== null && assigned?.decider !== placed) return `to be at ${placed}`
  if (!assigned) return 'no decider has it now'
  return owner && owner.decider !== assigned.decider ? `going to ${assigned.decider}` : ''
}

export const movedText = ({ context, partition, from, to, ms }: Moved): string =>
  `partition ${partition} of ${context}: ${from ?? 'nobody'} → ${to}, claimed ${ms} ms after the decision`

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
}
