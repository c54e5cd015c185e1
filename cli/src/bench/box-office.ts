import type { Shop } from '@onsale/bench'
import type { Plan } from '@onsale/domain'
import type { Stack } from '@onsale/infra'
import { ApiClient } from '../api/client.js'
import { bodyOf } from '../api/problem-line.js'
import { scheduleShow } from '../shows/schedule-show.js'
import { TokenIssuer } from '../token/token-issuer.js'

const ttlSeconds = 7_200

export interface BoxOffice extends Shop {
  /** A waiting room that opens at once and has one slot. */
  scheduleRoom(showId: string): Promise<void>
}

/** Tokens and shows for a benchmark, by way of the stack's own API. */
export async function openBoxOffice({ connection }: Stack): Promise<BoxOffice> {
  const issuer = await TokenIssuer.of(connection)
  const token = await issuer.issue({ subject: 'bench-organizer', roles: ['organizer'], ttlSeconds })
  const organizer = new ApiClient({ origin: connection.origin as string, token })
  return {
    tokens: (customers) =>
      Promise.all(
        Array.from({ length: customers }, (_, at) =>
          issuer.issue({ subject: `bench-${at}`, roles: ['visitor'], ttlSeconds }),
        ),
      ),
    async scheduleRoom(showId) {
      const now = new Date().toISOString()
      const room = { lobbyFrom: now, opensAt: now, slots: 1, admissionSeconds: 3_600 }
      bodyOf('the room was refused', await organizer.command(`/api/queue/${showId}/schedule`, room))
    },
    async shows(count, { id, capacity }) {
      const stored = await organizer.command('/api/venues', fieldOf(id, capacity))
      const { planHash } = bodyOf<{ planHash: string }>('the plan was refused', stored)
      const now = Date.now()
      const scheduled = Array.from({ length: count }, () =>
        scheduleShow(organizer, {
          planHash,
          title: 'A benchmark',
          currency: 'KRW',
          prices: [{ category: 'floor', priceMinor: 45_000 }],
          perCustomerLimit: 1_000,
          holdSeconds: 24 * 3_600,
          salesFrom: new Date(now - 60_000),
          salesUntil: new Date(now + 24 * 3_600_000),
          startsAt: new Date(now + 48 * 3_600_000),
        }),
      )
      return (await Promise.all(scheduled)).map(({ showId }) => showId)
    },
  }
}

/** General admission, and nothing else. */
const fieldOf = (id: string, capacity: number): Plan => ({
  name: 'A field',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'floor', name: 'Floor', color: '#2211aa' }],
  sections: [],
  areas: [{ id, name: 'Floor', category: 'floor', capacity }],
})
