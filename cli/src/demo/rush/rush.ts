import { setTimeout as sleep } from 'node:timers/promises'
import type { Plan } from '@onsale/domain'
import type { Stack } from '@onsale/infra'
import { Agent } from 'undici'
import { ApiClient } from '../../api/client.js'
import { bodyOf } from '../../api/problem-line.js'
import { TokenIssuer } from '../../token/token-issuer.js'
import { ClientRecord } from '../client-record.js'
import { HallPicture, pictureSize } from '../hall-picture.js'
import { ApiHall, untilNothingIsHeld, watch } from '../live-hall.js'
import { openShow } from '../open-show.js'
import { type Scene, Screen } from '../screen.js'
import { SeededRandom } from '../seeded-random.js'
import { Shop } from '../shop.js'
import { Turnstile } from '../turnstile.js'
import { RoomDoor } from './room-door.js'
import { countRush, type RushOutcome } from './rush-outcome.js'
import { RushRecord } from './rush-record.js'
import { type Crowd, mostSeatsEach, visitPlanOf } from './visit-plan.js'
import { type Visitor, visit } from './visitor.js'

export interface RushOptions {
  stack: Stack & { connection: { origin: string } }
  plan: Plan
  visitors: number
  /** Share of the visitors who leave without a word. */
  abandon: number
  seed: number
  out: NodeJS.WriteStream
}

export interface RushResult extends RushOutcome {
  visitors: number
  showId: string
  /** What took how long, ms. */
  phases: Record<'prepare' | 'rush' | 'count', number>
}

/** The usual settings, but for shorter times: people who are programs do not need minutes. */
const settings = { ratePerMinute: 1_200, slots: 150, admissionSeconds: 10, graceSeconds: 25 }
const holdSeconds = 6
const lobbyMs = 15_000
/** Requests under way at a time, on a machine that runs the servers too. */
const atTheDoor = 64
const heartbeatsAtOnce = 16
const inTheShop = 32
const tills = 16
const patienceMs = 60_000

/** A rush for one hall, through its waiting room: lobby, draw, queue, admission, purchase. Ends when all is sold, or nobody is left. */
export async function runRush({ stack, plan, visitors, abandon, seed, out }: RushOptions): Promise<RushResult> {
  const began = performance.now()
  const { connection } = stack
  const issuer = await TokenIssuer.of(connection)
  const dispatcher = new Agent({
    connections: atTheDoor + heartbeatsAtOnce + inTheShop + tills + 8,
    keepAliveTimeout: 10_000,
  })
  const client = async (subject: string, role: string) => {
    const token = await issuer.issue({ subject, roles: [role], ttlSeconds: 3_600 })
    return new ApiClient({ origin: connection.origin, token, dispatcher, patienceMs })
  }
  try {
    const organizer = await client('demo-organizer', 'organizer')
    const terms = { perCustomerLimit: mostSeatsEach, holdSeconds }
    const { showId, position } = await openShow(organizer, plan, terms)
    const record = new ClientRecord()
    const shop = await Shop.open({
      ...{ origin: connection.origin, showId, issuer, dispatcher, record, patienceMs },
      turnstile: new Turnstile(inTheShop),
      boxOffice: new Turnstile(tills),
    })
    const door = { origin: connection.origin, showId, dispatcher }
    const crowd = await gather(shop, door, seed, { visitors, abandon, lobbyMs })
    const rush = new RushRecord()
    const audience = await client('demo-audience', 'visitor')
    const quiet = () => ({ restless: visitors - rush.finished, lastPosition: record.lastPosition })
    const hall = await ApiHall.open({ api: audience, showId, quiet }, position)
    const screen = new Screen(out, out.isTTY ? new HallPicture(plan, pictureSize(out)) : null)
    const scene = (): Scene => ({ statusOf: hall.statusOf, counts: rushCounts(rush, hall) })
    await schedule(organizer, showId)
    screen.note(
      `${visitors} visitors for ${hall.capacity} places, ${Math.round(abandon * 100)} % leave without a word, seed ${seed}`,
    )
    const opened = performance.now()
    const watching = watch(hall)
    screen.show(scene)
    const over = new AbortController()
    const closing = closeWhenSoldOut(organizer, showId, hall, over)
    await Promise.all(crowd.map((one) => visit(one, { record: rush, over: over.signal })))
    over.abort()
    await closing
    await untilNothingIsHeld(hall, holdSeconds * 1_000 + patienceMs)
    watching.abort()
    screen.end(scene())
    const closed = performance.now()
    const outcome = await countRush({ connection, api: organizer, showId, record, rush, visitors })
    const phases = { prepare: opened - began, rush: closed - opened, count: performance.now() - closed }
    return { ...outcome, visitors, showId, phases }
  } finally {
    await dispatcher.close()
  }
}

type Door = { origin: string; showId: string; dispatcher: Agent }

/** The door has a line of its own: whoever has been admitted does not queue with those who ask when. */
async function gather(shop: Shop, { showId, ...door }: Door, seed: number, crowd: Crowd): Promise<Visitor[]> {
  const all: Visitor[] = []
  const turnstiles = { door: new Turnstile(atTheDoor), heartbeats: new Turnstile(heartbeatsAtOnce) }
  for (let index = 0; index < crowd.visitors; index += 1) {
    const random = SeededRandom.of(seed, index)
    const { customer, token } = await shop.account(`visitor-${index + 1}`)
    const client = (line: keyof typeof turnstiles, patience: number) =>
      new ApiClient({ ...door, token, patienceMs: patience, inTurn: (work) => turnstiles[line].pass(work) })
    all.push({
      customer,
      door: new RoomDoor(showId, client('door', patienceMs), client('heartbeats', 0)),
      plan: visitPlanOf(random, crowd),
      random,
    })
  }
  return all
}

async function schedule(organizer: ApiClient, showId: string): Promise<void> {
  const now = Date.now()
  const times = { lobbyFrom: new Date(now).toISOString(), opensAt: new Date(now + lobbyMs).toISOString() }
  bodyOf('the room was refused', await organizer.command(`/api/queue/${showId}/schedule`, { ...settings, ...times }))
}

/** As an organizer would: who still waits is told, and goes. */
async function closeWhenSoldOut(
  organizer: ApiClient,
  showId: string,
  hall: ApiHall,
  over: AbortController,
): Promise<void> {
  while (hall.sold < hall.capacity && !over.signal.aborted) await sleep(200)
  await organizer.command(`/api/queue/${showId}/close`, { reason: over.signal.aborted ? 'over' : 'sold-out' })
  over.abort()
}

function rushCounts(rush: RushRecord, { free, held, sold, capacity }: ApiHall): string {
  return (
    `waiting ${rush.waits}  shopping ${rush.shopping}  done ${rush.finished} | ` +
    `free ${free}  held ${held}  sold ${sold} of ${capacity} | last in line ${rush.eta} | asked ${rush.looks} times`
  )
}
