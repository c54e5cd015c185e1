import { showIdPattern } from '../ids.js'
import type { PlanIndex } from '../venue/plan-index.js'
import { type CategoryPrice, orphanRules, type ScheduleShow } from './commands.js'
import type { ShowEvent } from './events.js'
import { accepted, type Decision, rejected } from './rejections.js'
import type { ShowState } from './state.js'

/** What fits into an Avro int. */
export const intMax = 2 ** 31 - 1

export function decideSchedule(
  state: ShowState | null,
  command: ScheduleShow,
  now: number,
  plan: PlanIndex | null,
): Decision<ShowEvent> {
  if (state) return rejected('show-already-scheduled')
  const wrong = wrongTerms(command)
  if (wrong.length > 0) return rejected('terms-invalid', ...wrong)
  if (!plan) return rejected('plan-not-found', command.planHash)
  const mismatched = mismatchedPrices(command, plan)
  if (mismatched.length > 0) return rejected('prices-mismatch', ...mismatched)
  const { salesFrom, salesUntil } = command
  // Sales may go on after the curtain, but a window that is over already can never sell anything.
  if (!isTime(salesFrom) || !isTime(salesUntil) || salesFrom >= salesUntil || salesUntil <= now) {
    return rejected('sales-window-invalid')
  }
  return accepted({ type: 'ShowScheduled', data: { ...command, capacity: plan.capacity, scheduledAt: now } })
}

function wrongTerms(command: ScheduleShow): string[] {
  const rules: [field: keyof ScheduleShow, holds: boolean][] = [
    ['showId', showIdPattern.test(command.showId)],
    ['title', command.title.trim() !== ''],
    ['currency', /^[A-Z]{3}$/.test(command.currency)],
    ['perCustomerLimit', isCount(command.perCustomerLimit)],
    ['holdMs', isCount(command.holdMs)],
    ['startsAt', isTime(command.startsAt)],
    ['orphanRule', (orphanRules as readonly string[]).includes(command.orphanRule)],
  ]
  return rules.filter(([, holds]) => !holds).map(([field]) => field)
}

/** Categories without a price, with two, with one that is no amount, or that the plan doesn't know. */
function mismatchedPrices({ prices, perCustomerLimit }: ScheduleShow, plan: PlanIndex): string[] {
  const wrong = new Set<string>()
  const priced = new Set<string>()
  for (const price of prices) {
    if (priced.has(price.category) || !plan.categories.has(price.category)) wrong.add(price.category)
    if (!isAmount(price, perCustomerLimit)) wrong.add(price.category)
    priced.add(price.category)
  }
  for (const category of unpriced(prices, plan)) wrong.add(category)
  return [...wrong]
}

/** Categories of the plan that have places and no price. */
export function unpriced(prices: readonly CategoryPrice[], plan: PlanIndex): string[] {
  const priced = new Set(prices.map(({ category }) => category))
  return plan.usedCategories.map((category) => plan.categoryIds[category]!).filter((id) => !priced.has(id))
}

/** A whole number of minor units, and so small that the dearest reservation is still counted exactly. */
function isAmount({ priceMinor }: CategoryPrice, perCustomerLimit: number): boolean {
  return Number.isInteger(priceMinor) && priceMinor >= 0 && Number.isSafeInteger(priceMinor * perCustomerLimit)
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= intMax
}

export function isTime(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
