import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { CommandAnswer } from '@onsale/cli'
import { followJournal } from './claims.js'
import { hall, System } from './system.js'

const bookers = 160

/** 8,000 seats in 200 rows, each of an odd number: as many pairs as there can be leave one seat in each. */
const rows = Array.from({ length: 200 }, (_, at) =>
  Array.from({ length: at % 2 === 0 ? 41 : 39 }, (_, seat) => `R${at}-${seat + 1}`),
)
const pairs = rows.reduce((sum, row) => sum + Math.floor(row.length / 2), 0)
const plan = {
  ...hall,
  name: 'Many rows',
  categories: hall.categories.slice(0, 1),
  sections: [
    {
      id: 'stalls',
      name: 'Stalls',
      rows: rows.map((row, y) => ({
        id: `R${y}`,
        name: `R${y}`,
        seats: row.map((id, x) => ({ id, number: `${x + 1}`, category: 'best', x: x - row.length / 2, y: y + 1 })),
      })),
    },
  ],
  areas: [],
}

let system: System
let journal: Awaited<ReturnType<typeof followJournal>>
beforeAll(async () => {
  system = await System.open()
  journal = await followJournal(system)
})
afterAll(() => journal?.stop())

it(`${bookers} bookers of pairs in ${rows.flat().length} seats at once: none is refused while two seats are free side by side`, async () => {
  const showId = await system.newShow({ plan, perCustomerLimit: 2 })
  let booked = 0
  const book = async (booker: number): Promise<CommandAnswer> => {
    for (let customer = 0; ; customer++) {
      const client = await system.client(`pair-${booker}-${customer}`)
      const bestAvailable = { quantity: 2, together: 'required' }
      const answer = await client.command('/api/tickets/reserve', { showId, bestAvailable })
      if (!answer.accepted) return answer
      booked++
    }
  }
  const refusals = await Promise.all(Array.from({ length: bookers }, (_, booker) => book(booker)))
  expect(booked).toBe(pairs)
  expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['no-seats-together']))

  // At each refusal, by the log itself.
  await journal.caughtUp()
  const free = new Set(rows.flat())
  let refusedInVain = 0
  for (const { subject, type, data } of journal.records) {
    if (subject !== showId) continue
    if (type === 'SeatsHeld') {
      const { seats } = data as { seats: { seat: string }[] }
      for (const { seat } of seats) expect(free.delete(seat)).toBe(true)
    } else if (type === 'CommandRejected') {
      const beside = rows.some((row) => row.some((seat, at) => free.has(seat) && free.has(row[at + 1] ?? '')))
      if (beside) refusedInVain++
    }
  }
  expect([refusedInVain, free.size]).toEqual([0, rows.length])
})
