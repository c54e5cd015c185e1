import { theatre } from '@onsale/domain'
import type { StackConnection } from '@onsale/infra'
import { ApiClient } from '../api/client.js'
import { bodyOf } from '../api/problem-line.js'
import { scheduleShow } from '../shows/schedule-show.js'
import { TokenIssuer } from '../token/token-issuer.js'
import { importPlan } from '../venues/import-plan.js'
import { partitionOf } from './caller.js'

export const hall = theatre({ places: 320, standing: 60 })

/** Shows of the little theatre on sale, some in each of several partitions. */
export async function openShows(
  connection: StackConnection & { origin: string },
  { partitions, each, holdSeconds }: { partitions: number; each: number; holdSeconds: number },
): Promise<string[]> {
  const issuer = await TokenIssuer.of(connection)
  const token = await issuer.issue({ subject: 'organizer', roles: ['organizer'], ttlSeconds: 3_600 })
  const organizer = new ApiClient({ origin: connection.origin, token, patienceMs: 60_000 })
  const { planHash } = await importPlan(organizer, hall)
  const shows = new Map<number, string[]>()
  const enough = () => [...shows.values()].filter((own) => own.length === each).length >= partitions
  for (let tries = 0; !enough(); tries += 1) {
    if (tries > 200) throw new Error(`no ${each} shows in each of ${partitions} partitions after ${tries} tries`)
    const showId = await openShow(organizer, planHash, holdSeconds)
    const own = shows.get(partitionOf(showId)) ?? []
    if (own.length < each) own.push(showId)
    shows.set(partitionOf(showId), own)
  }
  return [...shows.values()]
    .filter((own) => own.length === each)
    .slice(0, partitions)
    .flat()
}

/** Rooms that let visitors in soon and often: the faults are to meet each of their states. */
const roomSettings = { ratePerMinute: 600, slots: 12, admissionSeconds: 8, graceSeconds: 8 }
const lobbyMs = 3_000

/** A show with a waiting room in each of as many partitions. */
export async function openRooms(
  connection: StackConnection & { origin: string },
  { partitions, holdSeconds }: { partitions: number; holdSeconds: number },
): Promise<string[]> {
  const shows = await openShows(connection, { partitions, each: 1, holdSeconds })
  const issuer = await TokenIssuer.of(connection)
  const token = await issuer.issue({ subject: 'organizer', roles: ['organizer'], ttlSeconds: 3_600 })
  const organizer = new ApiClient({ origin: connection.origin, token, patienceMs: 60_000 })
  const now = Date.now()
  const times = { lobbyFrom: new Date(now).toISOString(), opensAt: new Date(now + lobbyMs).toISOString() }
  for (const showId of shows)
    bodyOf(
      'the room was refused',
      await organizer.command(`/api/queue/${showId}/schedule`, { ...roomSettings, ...times }),
    )
  return shows
}

async function openShow(organizer: ApiClient, planHash: string, holdSeconds: number): Promise<string> {
  const now = Date.now()
  const { showId } = await scheduleShow(organizer, {
    planHash,
    title: 'A night with faults',
    currency: 'EUR',
    prices: hall.categories.map(({ id }, at) => ({ category: id, priceMinor: 9_000 - 2_000 * at })),
    perCustomerLimit: 6,
    holdSeconds,
    salesFrom: new Date(now - 60_000),
    salesUntil: new Date(now + 86_400_000),
    startsAt: new Date(now + 7 * 86_400_000),
  })
  return showId
}
