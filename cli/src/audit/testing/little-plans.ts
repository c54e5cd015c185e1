import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

interface Changes {
  /** Categories of row A's seats, by their ids. */
  seats: Record<string, string>
  floor: number
}

const planOf = ({ seats, floor }: Changes) => ({
  name: 'Little hall',
  focalPoint: { x: 0, y: 0 },
  categories: [
    { id: 'seat', name: 'Seat', color: '#112233' },
    { id: 'floor', name: 'Floor', color: '#445566' },
  ],
  sections: [
    {
      id: 's',
      name: 'Stalls',
      rows: [
        {
          id: 's-A',
          name: 'A',
          seats: Object.entries(seats).map(([id, category], at) => ({ id, number: id, category, x: at, y: 1 })),
        },
      ],
    },
  ],
  areas: [{ id: 'floor', name: 'Floor', category: 'floor', capacity: floor }],
})

function stored(changes: Changes) {
  const json = JSON.stringify(planOf(changes))
  const planHash = createHash('sha256').update(json).digest('hex')
  return { planHash, chunk: { planHash, index: 0, count: 1, name: 'Little hall', bytes: gzipSync(json) } }
}

const row = { 'A-1': 'seat', 'A-2': 'seat', 'A-3': 'seat', 'A-4': 'seat' }

/** Row A with four seats (1000 each) and a floor with three places (500 each): seven places. */
export const littlePlan = stored({ seats: row, floor: 3 })

/** A fifth seat, and a floor with one place: six places. */
export const longerPlan = stored({ seats: { ...row, 'A-5': 'seat' }, floor: 1 })

/** A-1 is gone, A-2 is of another category: six places. */
export const otherPlan = stored({ seats: { 'A-2': 'floor', 'A-3': 'seat', 'A-4': 'seat' }, floor: 3 })
