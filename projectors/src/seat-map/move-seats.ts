import type { Plan } from '@onsale/domain'
import type { KeyBatch } from '../redis/key-batch.js'
import { seatsKey } from './keys.js'
import { seatCells } from './seat-cells.js'

/** A seat of both plans stays what it is, and stands where it is in the new one; one of the new alone is free. */
export function moveSeats(keys: KeyBatch, showId: string, before: Plan, plan: Plan): void {
  const old = seatCells(before)
  keys.moveCells(
    plan.sections.map(({ rows }, section) => ({
      to: seatsKey(showId, section),
      cells: rows.flatMap(({ seats }) =>
        seats.map(({ id }) => {
          const was = old.get(id)
          return was ? { from: seatsKey(showId, was.section), cell: was.cell } : null
        }),
      ),
    })),
  )
  for (let section = plan.sections.length; section < before.sections.length; section += 1)
    keys.del(seatsKey(showId, section))
}
