import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { ApiClient, type CommandAnswer, NoAnswerError } from '../api/client.js'
import type { TokenIssuer } from '../token/token-issuer.js'
import type { ClientRecord, Operation, SentCommand } from './client-record.js'
import { placesOf } from './reconcile.js'
import type { Choice } from './seat-choice.js'
import type { Turnstile } from './turnstile.js'

export interface ShopOptions {
  origin: string
  showId: string
  issuer: TokenIssuer
  dispatcher: Dispatcher
  /** Of the public. */
  turnstile: Turnstile
  boxOffice: Turnstile
  record: ClientRecord
  /** How long a client goes on for one answer, ms. */
  patienceMs: number
}

/** What a buyer does at the shop: one client with a token of their own, every command written down. */
export class Customer {
  constructor(
    readonly id: string,
    private readonly showId: string,
    private readonly own: ApiClient,
    private readonly boxOffice: ApiClient,
    private readonly record: ClientRecord,
  ) {}

  /** @param admission of a show with a waiting room: the token of who is admitted */
  async reserve(choice: Choice, admission?: string): Promise<SentCommand> {
    const body = { showId: this.showId, ...choice, ...(admission === undefined ? {} : { admission }) }
    const places = placesOf(
      choice.seats,
      choice.areas.map(({ area, quantity }) => [area, quantity]),
    )
    return this.send('reserve', this.own, '/api/tickets/reserve', body, null, places)
  }

  async confirm(reservationId: string): Promise<SentCommand> {
    return this.send('confirm', this.boxOffice, '/api/tickets/confirm', { reservationId }, reservationId, [])
  }

  async release(reservationId: string): Promise<SentCommand> {
    return this.send('release', this.own, '/api/tickets/release', { reservationId }, reservationId, [])
  }

  async cancel(reservationId: string): Promise<SentCommand> {
    return this.send('cancel', this.own, '/api/tickets/cancel', { reservationId }, reservationId, [])
  }

  private async send(
    operation: Operation,
    api: ApiClient,
    path: string,
    body: object,
    reservationId: string | null,
    places: string[],
  ): Promise<SentCommand> {
    const sent = this.record.sent(operation, this.id, randomUUID(), reservationId, places)
    let answer: CommandAnswer
    try {
      answer = await api.command(path, body, sent.key)
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      sent.code = error.message
      return sent
    }
    sent.outcome = answer.accepted ? 'accepted' : 'rejected'
    sent.code = answer.code
    sent.attempts = answer.attempts
    sent.tookMs = answer.tookMs
    const { reservationId: given, seats, areas } = (answer.body ?? {}) as HeldBody
    if (answer.accepted) sent.reservationId ??= given ?? null
    // Who left the choice to the box office knows the places now.
    if (answer.accepted && operation === 'reserve' && places.length === 0 && seats && areas)
      sent.places = placesOf(
        seats.map(({ seat }) => seat),
        areas.map(({ area, quantity }) => [area, quantity]),
      )
    this.record.answered(sent, answer.position)
    return sent
  }
}

interface HeldBody {
  reservationId?: string
  seats?: { seat: string }[]
  areas?: { area: string; quantity: number }[]
}

/** Opens accounts: a customer has a token of their own, and all share the box office. */
export class Shop {
  private constructor(
    private readonly options: ShopOptions,
    private readonly boxOffice: ApiClient,
  ) {}

  static async open(options: ShopOptions): Promise<Shop> {
    const token = await options.issuer.issue({ subject: 'box-office', roles: ['box-office'], ttlSeconds: 3_600 })
    // The box office has a line of its own: whoever has seats in hand does not queue with those who want some.
    return new Shop(options, clientOf({ ...options, turnstile: options.boxOffice }, token))
  }

  async customer(id: string): Promise<Customer> {
    return (await this.account(id)).customer
  }

  /** A customer, and their token. */
  async account(id: string): Promise<{ customer: Customer; token: string }> {
    const { issuer, showId, record } = this.options
    const token = await issuer.issue({ subject: id, roles: ['visitor'], ttlSeconds: 3_600 })
    const api = clientOf(this.options, token)
    return { customer: new Customer(id, showId, api, this.boxOffice, record), token }
  }
}

const clientOf = ({ origin, dispatcher, turnstile, patienceMs }: ShopOptions, token: string) =>
  new ApiClient({ origin, token, dispatcher, patienceMs, inTurn: (work) => turnstile.pass(work) })
