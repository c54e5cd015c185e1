import { deadlock } from './errors.js'
import type { Cell } from './tables.js'
import type { Transaction } from './transaction.js'

/** Takes the cell's lock for the transaction. False where another has it: then `again` is called once it may be free. */
export function take(cell: Cell, transaction: Transaction, again: () => void): boolean {
  if (cell.holder === transaction) return true
  if (cell.holder === null) {
    cell.holder = transaction
    transaction.locked.push(cell)
    return true
  }
  if (leadsBackTo(transaction, cell)) throw deadlock()
  transaction.waitsFor = cell
  cell.waiting ??= []
  cell.waiting.push(again)
  return false
}

/** Frees all that the transaction has; who waits longest for a row tries first. */
export function release(transaction: Transaction): void {
  const woken: (() => void)[] = []
  for (const cell of transaction.locked.splice(0)) {
    cell.holder = null
    if (!cell.waiting) continue
    woken.push(...cell.waiting)
    cell.waiting = null
  }
  for (const again of woken) again()
}

/** Whether the cell's holder waits, over however many others, for the transaction. */
function leadsBackTo(transaction: Transaction, cell: Cell): boolean {
  for (let holder = cell.holder as Transaction | null; holder; ) {
    if (holder === transaction) return true
    holder = (holder.waitsFor?.holder ?? null) as Transaction | null
  }
  return false
}
