import type { Submitted } from '@onsale/command-api/ingress'
import { ProblemError } from '@onsale/platform/http'
import { NoReplyError, type SimProcess } from '../kernel/index.js'
import type { World } from '../world/world.js'
import type { ApiService } from '../write/api-service.js'
import { type Request, submissionOf } from './request.js'

type Answered = Extract<Submitted, { kind: 'answered' }>['answer']

/** What became of a request in the end, as its client knows. */
export type Outcome =
  | { kind: 'answered'; type: string; data: Record<string, unknown> }
  | { kind: 'refused'; code: string }
  /** Sent, and nothing certain was heard. */
  | { kind: 'unknown' }

export interface ClientBook {
  /** A client was told the outcome of a command. */
  answered(request: Request, answer: Answered): void
  /** A client was told that its command was taken: the outcome will come. */
  accepted(request: Request, commandId: string): void
}

/** Ms that a client waits for a reply. */
const patienceMs = 12_000
const mostTries = 8
/** A show that nobody has scheduled. */
const nowhere = '0.00000000-0000-7000-8000-000000000000'

/** All clients: they send a request to any API, and again with the same key where they are left in doubt. */
export class Clients {
  readonly process: SimProcess
  /** Requests sent, those sent again counted. */
  sent = 0
  private readonly books: ClientBook[]

  constructor(
    private readonly world: World,
    name: string,
    private readonly apis: ApiService[],
    private readonly probes: Pick<Request, 'operation' | 'body'>,
    book: ClientBook,
  ) {
    this.books = [book]
    this.process = world.kernel.process(name)
  }

  /** One more that is told what clients are told. */
  hear(book: ClientBook): void {
    this.books.push(book)
  }

  /** Asks one API, with new keys, until it answers: it must do so once nothing is wrong any more. */
  async probe(api: ApiService): Promise<void> {
    for (let n = 1; ; n++) {
      const request: Request = { ...this.probes, caller: 'probe', key: `${api.name}-${n}`, showId: nowhere }
      const submitted = await this.send(request, api).catch(() => null)
      for (const book of this.books) {
        if (submitted?.kind === 'answered') book.answered(request, submitted.answer)
        else if (submitted) book.accepted(request, submitted.commandId)
      }
      if (submitted?.kind === 'answered') return
      await this.process.sleep(1_000)
    }
  }

  async ask(request: Request): Promise<Outcome> {
    const { process, world } = this
    const { random } = process
    for (let tried = 1; tried <= mostTries; tried++) {
      try {
        const submitted = await this.send(request)
        if (submitted.kind === 'answered') {
          for (const book of this.books) book.answered(request, submitted.answer)
          const { type, data } = submitted.answer.record
          return { kind: 'answered', type, data: data as Record<string, unknown> }
        }
        for (const book of this.books) book.accepted(request, submitted.commandId)
        // Most look at the status from then on; some send it again.
        if (random.chance(0.7)) return { kind: 'unknown' }
      } catch (error) {
        if (error instanceof ProblemError && error.status !== 503) return { kind: 'refused', code: error.code }
        if (!(error instanceof ProblemError) && !(error instanceof NoReplyError))
          world.kernel.violate('known-error', `${request.operation} fails with ${(error as Error).message}`)
      }
      if (tried > 1)
        world.kernel.count('duplicate', () => `${request.operation} ${request.key} is sent again`, request.caller)
      await process.sleep(random.exponential(200 * tried))
    }
    return { kind: 'unknown' }
  }

  private send(request: Request, api = this.process.random.pick(this.apis)): Promise<Submitted> {
    const { process, world } = this
    this.sent += 1
    const call = { from: process, to: api, name: 'POST', timeoutMs: patienceMs, changes: true }
    return world.network.request<Submitted>(call, (replies) => {
      const sender = world.processOf(api.name)
      if (!sender) return replies.reject(new ProblemError(503, 'down', 'The instance is away.'))
      api.submit((ingress) => submissionOf(request, ingress, () => sender.uuid()), replies)
    })
  }
}
