import type { SeededRandom } from './seeded-random.js'

/** What a buyer sees: rows of seats side by side, and which of them are free. */
export interface SeatView {
  rows: readonly (readonly string[])[]
  isFree(seat: string): boolean
}

/**
 * Seats for a party as people pick them: side by side in some row, else whatever is free, fewer if there are no more.
 * Empty where nothing is free.
 */
export function chooseSeats({ rows, isFree }: SeatView, party: number, random: SeededRandom): string[] {
  const runs: string[][] = []
  const free: string[] = []
  for (const row of rows) {
    let run: string[] = []
    for (const seat of row) {
      if (!isFree(seat)) {
        run = []
        continue
      }
      free.push(seat)
      run = [...run, seat].slice(-party)
      if (run.length === party) runs.push(run)
    }
  }
  if (runs.length > 0) return runs[random.below(runs.length)] as string[]
  const chosen: string[] = []
  while (chosen.length < party && free.length > 0) chosen.push(...free.splice(random.below(free.length), 1))
  return chosen
}
