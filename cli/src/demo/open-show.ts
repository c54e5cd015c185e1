import type { Plan } from '@onsale/domain'
import type { ApiClient } from '../api/client.js'
import { scheduleShow } from '../shows/schedule-show.js'
import { importPlan } from '../venues/import-plan.js'

const pricesMinor = [14_000, 11_000, 8_500, 6_000, 4_500]

export async function openShow(
  organizer: ApiClient,
  plan: Plan,
  { perCustomerLimit, holdSeconds }: { perCustomerLimit: number; holdSeconds: number },
): Promise<{ showId: string; position: string | null }> {
  const { planHash } = await importPlan(organizer, plan)
  const now = Date.now()
  const { showId, answer } = await scheduleShow(organizer, {
    planHash,
    title: 'Opening night',
    currency: 'EUR',
    prices: plan.categories.map(({ id }, at) => ({
      category: id,
      priceMinor: pricesMinor[Math.min(at, pricesMinor.length - 1)] as number,
    })),
    perCustomerLimit,
    holdSeconds,
    salesFrom: new Date(now - 60_000),
    salesUntil: new Date(now + 86_400_000),
    startsAt: new Date(now + 7 * 86_400_000),
  })
  return { showId, position: answer.position }
}
