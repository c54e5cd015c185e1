import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { canonicalPlan, type Plan } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import { recordName } from '@onsale/schemas'
import type { PartitionLog } from '../kafka/index.js'

const categories = ['front', 'back', 'floor'].map((id) => ({ id, name: id, color: '#123456' }))

function row(id: string, category: string, count: number, y: number, accessible = 0) {
  const seats = Array.from({ length: count }, (_, at) => ({
    id: `${id}${at + 1}`,
    number: `${at + 1}`,
    category,
    x: at - count / 2,
    y,
    ...(at < accessible ? { accessible: at % 2 === 0 ? ('wheelchair' as const) : ('companion' as const) } : {}),
  }))
  return { id, name: id, seats }
}

/** A hall that sells out in a minute: five rows and two standing areas. */
const small: Plan = {
  name: 'Small hall',
  focalPoint: { x: 0, y: -3 },
  categories,
  sections: [
    {
      id: 'stalls',
      name: 'Stalls',
      rows: [row('A', 'front', 10, 0), row('B', 'front', 10, 1), row('C', 'back', 10, 2)],
    },
    { id: 'circle', name: 'Circle', rows: [row('D', 'back', 12, 5, 4), row('E', 'back', 12, 6)] },
  ],
  areas: [
    { id: 'pit', name: 'Pit', category: 'floor', capacity: 25 },
    { id: 'box', name: 'Box', category: 'front', capacity: 4 },
  ],
}

/** The small hall rebuilt: row B is shorter, there is a row F, and the pit is larger. */
const rebuilt: Plan = {
  ...small,
  name: 'Small hall, rebuilt',
  sections: [
    {
      id: 'stalls',
      name: 'Stalls',
      rows: [row('A', 'front', 10, 0), row('B', 'front', 9, 1), row('C', 'back', 10, 2)],
    },
    {
      id: 'circle',
      name: 'Circle',
      rows: [row('D', 'back', 12, 5, 4), row('E', 'back', 12, 6), row('F', 'back', 8, 7)],
    },
  ],
  areas: [
    { id: 'pit', name: 'Pit', category: 'floor', capacity: 30 },
    { id: 'box', name: 'Box', category: 'front', capacity: 4 },
  ],
}

/** The plans of a run by their hashes, the one that shows are scheduled with first. */
export const halls: ReadonlyMap<string, Plan> = new Map(
  [small, rebuilt].map((plan) => [createHash('sha256').update(canonicalPlan(plan)).digest('hex'), plan]),
)

/** Puts them into the plans topic, as an API would have done. */
export function storeHalls(log: PartitionLog, codec: Codec, now: number): void {
  let sequence = 0
  for (const [planHash, plan] of halls) {
    const bytes = gzipSync(canonicalPlan(plan))
    const value = codec.encode(recordName.PlanChunk, { planHash, index: 0, count: 1, name: plan.name, bytes })
    log.append({
      producerId: 1,
      epoch: 0,
      firstSequence: sequence++,
      transactional: false,
      messages: [{ key: planHash, value }],
      appendedAt: now,
    })
  }
}
