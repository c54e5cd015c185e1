import { setTimeout as sleep } from 'node:timers/promises'
import type { Plan } from '@onsale/domain'
import type { StackConnection } from '@onsale/infra'
import { Agent } from 'undici'
import { ApiClient } from '../api/client.js'
import { SeededRandom } from '../demo/seeded-random.js'
import { TokenIssuer } from '../token/token-issuer.js'
import { Caller, reservationText, type Watched } from './caller.js'
import type { FinalReads } from './check/check-run.js'

export interface CustomersOptions extends Watched {
  connection: StackConnection & { origin: string }
  plan: Plan
  shows: readonly string[]
  count: number
  seed: number
  /** How long one goes on for the answer to a command, ms. */
  patienceMs: number
}

/** Few enough that most requests for seats by name meet a taken one now and then. */
const pauseMs = { least: 5, most: 60 }
/** Bought tickets are given back, all but a few: the hall must not be full before the faults are over. */
const keepsTickets = 0.03

/** Customers who reserve, change, extend, confirm, cancel, let go and read, one thing after the other, until they are told to stop. */
export class Customers {
  private going = true
  private readonly dispatcher = new Agent({ connections: 256, keepAliveTimeout: 10_000 })
  private issuer!: TokenIssuer
  private boxOffice!: ApiClient
  private running: Promise<unknown> = Promise.resolve()
  private readonly seats: string[]
  private readonly area: string

  private constructor(private readonly options: CustomersOptions) {
    const { plan } = options
    this.seats = plan.sections.flatMap(({ rows }) => rows.flatMap(({ seats }) => seats.map(({ id }) => id)))
    this.area = plan.areas[0]?.id ?? ''
  }

  static async open(options: CustomersOptions): Promise<Customers> {
    const customers = new Customers(options)
    customers.issuer = await TokenIssuer.of(options.connection)
    customers.boxOffice = await customers.client('box-office', 'box-office', options.patienceMs)
    return customers
  }

  start(): void {
    this.running = Promise.all(Array.from({ length: this.options.count }, (_, at) => this.one(at)))
  }

  get inFlight(): number {
    return Caller.inFlight
  }

  /** Rejects where a customer met what nobody expects; else it goes on as long as they do. */
  get failed(): Promise<never> {
    return this.running.then(() => new Promise<never>(() => {}))
  }

  /** Each finishes what it is about. */
  async stop(): Promise<void> {
    this.going = false
    await this.running
  }

  async close(): Promise<void> {
    await this.dispatcher.close()
  }

  async caller(process: number, customer: string): Promise<Caller> {
    const own = await this.client(customer, 'visitor', this.options.patienceMs)
    const reader = await this.client(customer, 'visitor', 4_000)
    return new Caller(process, own, this.boxOffice, reader, this.options)
  }

  /** Reads any reservation, for a last look. */
  async staffReader(): Promise<FinalReads> {
    const api = await this.client('box-office', 'box-office', 60_000)
    return {
      async read(reservationId, position) {
        const answer = await api.get(`/api/tickets/status?reservationId=${reservationId}`, {
          'onsale-position': position,
        })
        return answer.status === 200
          ? reservationText(answer.body)
          : String((answer.body as { code?: string } | null)?.code ?? answer.status)
      },
    }
  }

  async client(subject: string, role: string, patienceMs: number): Promise<ApiClient> {
    const token = await this.issuer.issue({ subject, roles: [role], ttlSeconds: 14_400 })
    const { origin } = this.options.connection
    return new ApiClient({ origin, token, dispatcher: this.dispatcher, patienceMs, requestTimeoutMs: 6_000 })
  }

  private async one(at: number): Promise<void> {
    const random = SeededRandom.of(this.options.seed, at)
    let caller = await this.caller(at, `customer-${at}-0`)
    for (let generation = 1; this.going; ) {
      const full = await this.visit(caller, random)
      // Somebody else comes when this one has as many tickets as one may have.
      if (full) await caller.looked()
      if (full) caller = await this.caller(at, `customer-${at}-${generation++}`)
      await sleep(random.between(pauseMs.least, pauseMs.most))
    }
    await caller.looked()
  }

  /** @returns true where this customer may have no more */
  private async visit(caller: Caller, random: SeededRandom): Promise<boolean> {
    const showId = this.options.shows[random.below(this.options.shows.length)] as string
    if (random.next() < 0.15) caller.look(() => caller.readShow(showId))
    const held = await caller.command('reserve', showId, { showId, ...this.choice(random) }, null)
    if (held.code === 'customer-limit') return true
    const { reservationId } = held
    if (held.outcome !== 'ok' || !reservationId) return false
    const read = () => caller.look(() => caller.readReservation(showId, reservationId))
    if (random.next() < 0.5) read()
    const act = (f: 'extend' | 'confirm' | 'release' | 'cancel') =>
      caller.command(f, showId, { reservationId }, reservationId)
    if (random.next() < 0.15) await act('extend')
    if (random.next() < 0.15)
      await caller.command('change', showId, { reservationId, ...this.choice(random) }, reservationId)
    const ending = random.weighted({ buy: 45, release: 40, leave: 15 })
    if (ending === 'release') await act('release')
    if (ending === 'buy') {
      const confirmed = await act('confirm')
      if (random.next() < 0.7) read()
      if (confirmed.outcome === 'ok' && random.next() >= keepsTickets) await act('cancel')
    }
    if (random.next() < 0.3) read()
    return false
  }

  private choice(random: SeededRandom): object {
    const way = random.weighted({ named: 45, best: 35, area: 20 })
    if (way === 'best') return { bestAvailable: { quantity: 1 + random.below(3) } }
    if (way === 'area') return { areas: [{ area: this.area, quantity: 1 + random.below(2) }] }
    // Most want the same seats in front.
    const first = random.below(random.next() < 0.5 ? 20 : this.seats.length - 1)
    return { seats: this.seats.slice(first, first + 1 + random.below(2)) }
  }
}
