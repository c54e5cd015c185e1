import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, request } from 'undici'

export interface ApiAnswer {
  status: number
  headers: Record<string, string>
  /** Parsed JSON; null where the body is something else. */
  body: unknown
}

/** What became of a command; a 202 is followed until it is one or the other. */
export interface CommandAnswer extends ApiAnswer {
  accepted: boolean
  /** Why it was rejected: the code of the problem, or the reason of the status. */
  code: string | null
  /** Position in the journal, for reads that must see it; null where there is none. */
  position: string | null
  /** Requests sent until there was an answer; the first is one. */
  attempts: number
  /** From when the first request was sent to the answer, ms. */
  tookMs: number
}

/** No final answer in the time given: neither accepted nor rejected is known. */
export class NoAnswerError extends Error {
  /** The command is in the log (a 202 said so): only its answer is unknown. */
  taken = false
}

export interface ApiClientOptions {
  origin: string
  token: string
  dispatcher?: Dispatcher
  /** How long it goes on trying for one answer, ms. */
  patienceMs?: number
  /** Runs each request; for a bound on how many are under way. */
  inTurn?: <Result>(work: () => Promise<Result>) => Promise<Result>
  random?: () => number
  /** How long one request may take, ms. */
  requestTimeoutMs?: number
}

/** Answers that leave the request's fate open, or ask for another try. */
const retried = new Set([429, 500, 502, 503, 504])
const usualRequestTimeoutMs = 15_000

/**
 * A client as the API's text asks for one: each command has its Idempotency-Key, and a request whose fate is unknown
 * (connection reset, timeout, 502, 503) is sent again with the same key, with a pause that grows with jitter.
 */
export class ApiClient {
  constructor(private readonly options: ApiClientOptions) {}

  /** @throws NoAnswerError */
  async get(path: string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const { answer } = await this.until('GET', path, undefined, headers, Date.now() + this.patienceMs)
    return answer
  }

  /** @throws NoAnswerError */
  async command(
    path: string,
    body: unknown,
    key: string = randomUUID(),
    more: Record<string, string> = {},
  ): Promise<CommandAnswer> {
    const until = Date.now() + this.patienceMs
    const headers = { 'content-type': 'application/json', 'idempotency-key': key, ...more }
    const { answer, attempts, began } = await this.until('POST', path, JSON.stringify(body), headers, until)
    const final = answer.status === 202 ? await this.follow(answer, until).catch(sayTaken) : answer
    return { ...final, ...outcomeOf(final), attempts, tookMs: performance.now() - began }
  }

  private async follow(pending: ApiAnswer, until: number): Promise<ApiAnswer> {
    const location = pending.headers.location
    if (!location) throw new NoAnswerError('202 without a Location')
    for (;;) {
      await sleep(Math.min(Number(pending.headers['retry-after'] ?? 1) * 1_000, 2_000))
      const { answer } = await this.until('GET', location, undefined, {}, until)
      const { status } = (answer.body ?? {}) as { status?: string }
      if (answer.status !== 200 || status !== 'pending') return answer
      if (Date.now() > until) throw new NoAnswerError(`${location} is still pending`)
    }
  }

  /** Sends until there is an answer that another try would not change. */
  private async until(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
    until: number,
  ): Promise<{ answer: ApiAnswer; attempts: number; began: number }> {
    const { random = Math.random } = this.options
    let began = 0
    const send = () => {
      began ||= performance.now()
      return this.send(method, path, body, headers)
    }
    for (let attempts = 1; ; attempts += 1) {
      const answer = await this.inTurn(send).catch((error: unknown) => error)
      if (!(answer instanceof Error)) {
        const got = answer as ApiAnswer
        if (!retried.has(got.status)) return { answer: got, attempts, began }
      }
      if (Date.now() > until) {
        const why = answer instanceof Error ? answer.message : `${(answer as ApiAnswer).status}`
        throw new NoAnswerError(`no answer to ${method} ${path} after ${attempts} tries: ${why}`)
      }
      await sleep((0.5 + random() / 2) * Math.min(50 * 2 ** attempts, 2_000))
    }
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<ApiAnswer> {
    const response = await request(new URL(path, this.options.origin), {
      method,
      headers: { authorization: `Bearer ${this.options.token}`, accept: 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
      ...(this.options.dispatcher ? { dispatcher: this.options.dispatcher } : {}),
      headersTimeout: this.options.requestTimeoutMs ?? usualRequestTimeoutMs,
      bodyTimeout: this.options.requestTimeoutMs ?? usualRequestTimeoutMs,
    })
    const text = await response.body.text()
    return { status: response.statusCode, headers: flat(response.headers), body: jsonOr(text) }
  }

  private get patienceMs(): number {
    return this.options.patienceMs ?? 30_000
  }

  private get inTurn() {
    return this.options.inTurn ?? (<Result>(work: () => Promise<Result>) => work())
  }
}

function sayTaken(error: unknown): never {
  if (error instanceof NoAnswerError) error.taken = true
  throw error
}

function outcomeOf({ status, headers, body }: ApiAnswer): Pick<CommandAnswer, 'accepted' | 'code' | 'position'> {
  const {
    status: said,
    code,
    reason,
    position,
  } = (body ?? {}) as { status?: unknown; code?: string; reason?: string; position?: string }
  const accepted = status >= 200 && status < 300 && said !== 'rejected'
  return {
    accepted,
    code: accepted ? null : (code ?? reason ?? `http-${status}`),
    position: headers['onsale-position'] ?? position ?? null,
  }
}

const flat = (headers: Record<string, string | string[] | undefined>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  ) as Record<string, string>

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
