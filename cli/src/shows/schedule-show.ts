import type { ApiClient, CommandAnswer } from '../api/client.js'
import { bodyOf } from '../api/problem-line.js'
import { CommandError } from '../command.js'

export interface ShowTerms {
  planHash: string
  title: string
  /** ISO 4217. */
  currency: string
  prices: { category: string; priceMinor: number }[]
  perCustomerLimit: number
  holdSeconds: number
  salesFrom: Date
  salesUntil: Date
  startsAt: Date
  /** off, warn or refuse; off where it is left out. */
  orphanRule?: string
  /** False: nothing is sold before it is published. */
  publish?: boolean
}

/** @throws CommandError: 2 where a time is none, 1 where the API refuses */
export async function scheduleShow(
  api: ApiClient,
  terms: ShowTerms,
): Promise<{ showId: string; answer: CommandAnswer }> {
  const iso = (name: 'salesFrom' | 'salesUntil' | 'startsAt') => {
    if (Number.isNaN(terms[name].getTime())) throw new CommandError(`${name}: not an ISO 8601 time`, 2)
    return terms[name].toISOString()
  }
  const answer = await api.command('/api/shows', {
    ...terms,
    salesFrom: iso('salesFrom'),
    salesUntil: iso('salesUntil'),
    startsAt: iso('startsAt'),
  })
  const { showId } = bodyOf<{ showId: string }>('the show was refused', answer)
  return { showId, answer }
}
