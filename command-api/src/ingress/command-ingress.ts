import { createSecretKey, type KeyObject } from 'node:crypto'
import { partitionOf } from '@onsale/domain'
import { encodeAcceptance, ProblemError } from '@onsale/platform/http'
import { type Append, AppendUnknownError, createCommandHeaders } from '@onsale/platform/log'
import type { Clock, Ids, Timers } from '@onsale/platform/ports'
import type { Records } from '@onsale/schemas'
import type { Logger } from 'pino'
import type { CommandContext } from '../http/command-context.js'
import { Admission, type TurnedAway } from './admission.js'
import type { Answer, AnswerTail } from './answer-tail.js'
import { bodyHash, type CommandIdentity, commandIdOf, showIdFor } from './command-identity.js'
import type { IngressMetrics } from './ingress-metrics.js'
import { SharedTimeout } from './shared-timeout.js'

/** One command to append: `data` as its record says, `body` what the client sent, validated (a key is bound to it). */
export interface Submission<Name extends keyof Records = keyof Records> {
  name: Name
  data: Records[Name] & { showId: string }
  body: unknown
  identity: CommandIdentity
  context: CommandContext
}

/** pending: the broker has the command, the answer is still to come. */
export type Submitted = { kind: 'answered'; answer: Answer } | { kind: 'pending'; commandId: string; location: string }

export interface CommandIngressOptions {
  producer: { append(append: Append): Promise<{ offset: number }> }
  tail: Pick<AnswerTail, 'expect'>
  keySecret: Buffer
  acceptanceSecret: Buffer
  clock: Clock
  timers: Timers
  ids: Ids
  logger: Logger
  metrics: IngressMetrics
  /** How many commands may wait for their answers; default: as Admission has it. */
  admission?: Admission
  /** How long a request waits for its answer, ms. */
  answerWaitMs: number
}

/** A command that has not been decided by then is refused; so a client that gave up is not surprised later. */
const deadlineMs = 10_000
/** As long as the key of an accepted command is remembered. */
const acceptanceMs = 24 * 60 * 60 * 1_000

/** Appends a command to its show's partition and waits for the answer. */
export class CommandIngress {
  /** Number of partitions of the commands topic; null until it is known: then nothing can be appended. */
  partitions: number | null = null
  /** Where shows that are scheduled now go, of these; null: anywhere. */
  newShows: readonly number[] | null = null

  private readonly keySecret: KeyObject
  private readonly tooLate: SharedTimeout
  private readonly admission: Admission

  constructor(private readonly options: CommandIngressOptions) {
    this.keySecret = createSecretKey(options.keySecret)
    this.tooLate = new SharedTimeout(options)
    this.admission = options.admission ?? new Admission({ clock: options.clock })
  }

  /** @throws ProblemError 503 before anything can be appended */
  partitionCount(): number {
    if (this.partitions === null) throw unavailable('not-ready', 'This instance has just started.')
    return this.partitions
  }

  /** The id of the show that this ScheduleShow makes: the same whenever it is sent again. */
  showIdFor(identity: CommandIdentity): string {
    const count = this.partitionCount()
    return showIdFor(this.keySecret, identity, this.newShows ?? count)
  }

  /**
   * @throws ProblemError 404 of a show in no partition; 503 overloaded or 429 (nothing was appended), 503 append-unknown
   */
  async submit(submission: Submission): Promise<Submitted> {
    const { clock, metrics } = this.options
    const { name, context } = submission
    const startedAt = clock.now()
    const turnedAway = this.admission.enter(context.caller.id)
    if (turnedAway) {
      metrics.observe(name, turnedAway, 0)
      throw turnedAwayAs[turnedAway]()
    }
    let answered = false
    try {
      const submitted = await this.appendAndWait(submission, startedAt)
      const outcome = submitted.kind === 'pending' ? 'pending' : submitted.answer.record.type
      metrics.observe(name, outcome, clock.now() - startedAt)
      answered = submitted.kind === 'answered'
      return submitted
    } catch (error) {
      metrics.observe(name, error instanceof ProblemError ? error.code : 'error', clock.now() - startedAt)
      throw error
    } finally {
      this.admission.leave(context.caller.id, answered ? clock.now() - startedAt : null)
    }
  }

  private async appendAndWait(submission: Submission, startedAt: number): Promise<Submitted> {
    const { ids } = this.options
    const { name, data, body, identity, context } = submission
    const partition = partitionOf(data.showId)
    if (partition === null || partition >= this.partitionCount()) {
      throw new ProblemError(404, 'show-not-found', 'There is no such show.')
    }
    const commandId = commandIdOf(this.keySecret, identity)
    const requestId = ids.uuid()
    const headers = createCommandHeaders({
      source: '/onsale/command-api',
      id: requestId,
      name,
      showId: data.showId,
      commandId,
      bodyHash: bodyHash(body),
      callerId: context.caller.id,
      correlationId: context.correlationId,
      traceparent: context.traceparent,
      now: startedAt,
      deadline: startedAt + deadlineMs,
    })
    const append = { partition, key: data.showId, name, data, headers }
    try {
      const answer = await this.answered(requestId, append)
      // Without one the broker has the command all the same.
      return answer ? { kind: 'answered', answer } : this.pending(commandId, partition, submission)
    } catch (error) {
      if (!(error instanceof AppendUnknownError)) throw error
      throw unavailable(
        'append-unknown',
        'It is not known whether the command was taken: send the same request again with the same Idempotency-Key.',
        error,
      )
    }
  }

  /**
   * Null where the broker has the command and the answer is late, or cannot be read. The answer may overtake the broker's acknowledgement;
   * without either there is nothing to say yet.
   */
  private answered(requestId: string, append: Append): Promise<Answer | null> {
    const { producer, tail, logger } = this.options
    return new Promise((resolve, reject) => {
      let appended = false
      let hopeless = false
      const waiter = tail.expect(requestId)
      const limit = this.tooLate.start(() => giveUp())
      const over = () => {
        limit.cancel()
        waiter.cancel()
      }
      const settle = (answer: Answer | null) => {
        over()
        resolve(answer)
      }
      const giveUp = () => {
        hopeless = true
        if (appended) settle(null)
      }
      waiter.answer.then(settle, (error: unknown) => {
        logger.error({ err: error, causationId: requestId }, 'an answer could not be read')
        giveUp()
      })
      const acknowledged = () => {
        appended = true
        if (hopeless) settle(null)
      }
      producer.append(append).then(acknowledged, (error: unknown) => {
        over()
        reject(error)
      })
    })
  }

  private pending(commandId: string, partition: number, { data, context }: Submission): Submitted {
    const acceptance = encodeAcceptance(
      {
        commandId,
        callerId: context.caller.id,
        showId: data.showId,
        partition,
        expiresAt: this.options.clock.now() + acceptanceMs,
      },
      this.options.acceptanceSecret,
    )
    return {
      kind: 'pending',
      commandId,
      location: `/api/tickets/status?commandId=${commandId}&acceptance=${acceptance}`,
    }
  }
}

const turnedAwayAs: Record<TurnedAway, () => ProblemError> = {
  overloaded: () => unavailable('overloaded', 'Too many requests are waiting; nothing was done, try again.'),
  'too-many-requests': () =>
    new ProblemError(429, 'too-many-requests', 'Too many requests of yours are waiting; nothing was done, try again.', {
      headers: { 'retry-after': '1' },
    }),
}

const unavailable = (code: string, detail: string, cause?: unknown) =>
  new ProblemError(503, code, detail, { headers: { 'retry-after': '1' }, ...(cause === undefined ? {} : { cause }) })
