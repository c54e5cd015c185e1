import type { Plan } from '@onsale/domain'
import type { Stack } from '@onsale/infra'
import { Agent } from 'undici'
import { ApiClient } from '../api/client.js'
import { TokenIssuer } from '../token/token-issuer.js'
import { couples, groups } from './behaviour.js'
import { ClientRecord } from './client-record.js'
import { Faults, type Kill } from './faults.js'
import { countGroups, type GroupsCounted } from './group-count.js'
import { HallPicture, pictureSize } from './hall-picture.js'
import { ApiHall, untilNothingIsHeld, watch } from './live-hall.js'
import { openShow } from './open-show.js'
import { countOutcome, type Outcome } from './outcome.js'
import { Sale } from './sale.js'
import { type Scene, Screen, saleCounts } from './screen.js'
import { bestSeats, choosePlaces } from './seat-choice.js'
import { Shop } from './shop.js'
import { Statistics } from './statistics.js'
import { Turnstile } from './turnstile.js'

export interface DemoOptions {
  stack: Stack & { connection: { origin: string } }
  plan: Plan
  buyers: number
  seed: number
  /** Processes that are killed once each while the sale runs. */
  kill: readonly string[]
  /** Groups of 1 to 6 who leave the choice of seats to the box office; else people choose themselves. */
  groups?: boolean
  out: NodeJS.WriteStream
}

export interface DemoResult extends Outcome {
  showId: string
  reservePerSecond: number
  p50Ms: number
  p99Ms: number
  kills: Kill[]
  /** How the groups were seated, recounted from the log; null where people chose themselves. */
  groups: GroupsCounted | null
  /** What took how long, ms. */
  phases: Record<'prepare' | 'sale' | 'count', number>
  /** Of the buyer who was served last: for trying the API by hand. */
  example: { token: string; reservationId: string | null }
}

/** Requests under way at a time: a rush, on a machine that runs the servers too. */
const mostAtOnce = 96
const tills = 16
const holdSeconds = 6
/** A client goes on for so long for one answer: far longer than any process takes to come back. */
const patienceMs = 60_000

/** Sells one show to many buyers through the public API, and counts what came of it. */
export async function runDemo({
  stack,
  plan,
  buyers,
  seed,
  kill,
  out,
  groups: inGroups = false,
}: DemoOptions): Promise<DemoResult> {
  const began = performance.now()
  const { connection } = stack
  const issuer = await TokenIssuer.of(connection)
  const dispatcher = new Agent({ connections: mostAtOnce + tills + 8, keepAliveTimeout: 10_000 })
  const client = async (subject: string, role: string) => {
    const token = await issuer.issue({ subject, roles: [role], ttlSeconds: 3_600 })
    return new ApiClient({ origin: connection.origin, token, dispatcher, patienceMs })
  }
  try {
    const organizer = await client('demo-organizer', 'organizer')
    const { showId, position } = await openShow(organizer, plan, { perCustomerLimit: inGroups ? 6 : 4, holdSeconds })
    const record = new ClientRecord()
    const shop = await Shop.open({
      origin: connection.origin,
      showId,
      issuer,
      dispatcher,
      turnstile: new Turnstile(mostAtOnce),
      boxOffice: new Turnstile(tills),
      record,
      patienceMs,
    })
    const sale = await Sale.prepare(shop, buyers, seed, inGroups ? groups : couples)
    const audience = await client('demo-audience', 'visitor')
    const quiet = () => ({ restless: sale.restless, lastPosition: record.lastPosition })
    const hall = await ApiHall.open({ api: audience, showId, quiet }, position)
    const screen = new Screen(out, out.isTTY ? new HallPicture(plan, pictureSize(out)) : null)
    const statistics = new Statistics()
    record.onAnswer((command) => statistics.add(command))
    const faults = new Faults(stack, kill, buyers, record, (line) => screen.note(line))
    const scene = (): Scene => ({
      statusOf: hall.statusOf,
      counts: saleCounts({ hall, statistics, gone: sale.gone, buyers }),
    })
    screen.note(`sales open: ${buyers} buyers, ${hall.capacity} places, seed ${seed}`)
    const watching = watch(hall)
    const opened = performance.now()
    screen.show(scene)
    await sale.run(hall, inGroups ? bestSeats : choosePlaces)
    await faults.done()
    await untilNothingIsHeld(hall, holdSeconds * 1_000 + patienceMs)
    watching.abort()
    screen.end(scene())
    const closed = performance.now()
    const outcome = await countOutcome({ connection, api: organizer, showId, record, buyers })
    const seated = inGroups ? await countGroups(connection, plan, showId) : null
    const last = record.commands.findLast(
      ({ operation, outcome: what }) => operation === 'confirm' && what === 'accepted',
    )
    return {
      ...outcome,
      objections: [...outcome.objections, ...(seated?.objections ?? [])],
      showId,
      groups: seated,
      reservePerSecond: statistics.perSecond(opened),
      p50Ms: statistics.percentileMs(50),
      p99Ms: statistics.percentileMs(99),
      kills: faults.kills,
      phases: { prepare: opened - began, sale: closed - opened, count: performance.now() - closed },
      example: {
        token: await issuer.issue({ subject: last?.buyer ?? 'buyer-1', roles: ['visitor'], ttlSeconds: 86_400 }),
        reservationId: last?.reservationId ?? null,
      },
    }
  } finally {
    await dispatcher.close()
  }
}
