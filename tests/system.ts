import { randomUUID } from 'node:crypto'
import { jest } from '@jest/globals'
import { ApiClient, scheduleShow, TokenIssuer } from '@onsale/cli'
import type { Plan } from '@onsale/domain'
import { openStack, type Stack } from '@onsale/infra'
import { noteConfidential } from './confidential.js'

// Real servers on a machine of any speed: what is waited for is a condition, and the limit only ends a suite that hangs.
jest.setTimeout(600_000)

export interface Answer {
  status: number
  headers: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
  body: any
}

export interface Call {
  token?: string | null
  key?: string | null
  headers?: Record<string, string>
  /** An object is sent as JSON, text as it is. */
  body?: unknown
}

/** The system under test, through its one door. */
export class System {
  private constructor(
    readonly stack: Stack,
    readonly origin: string,
    readonly issuer: TokenIssuer,
  ) {}

  static async open(): Promise<System> {
    const stack = openStack(process.env.ONSALE_E2E_DIR ?? '')
    if (!stack) throw new Error('no system: a suite that needs one is named *.e2e.spec.ts')
    return System.over(stack)
  }

  static async over(stack: Stack): Promise<System> {
    if (!stack.connection.origin) throw new Error('no system: these are servers only')
    return new System(stack, stack.connection.origin, await TokenIssuer.of(stack.connection))
  }

  token(subject: string, ...roles: string[]): Promise<string> {
    return this.issuer.issue({ subject, roles: roles.length > 0 ? roles : ['visitor'], ttlSeconds: 600 })
  }

  /** A client that tries again, as the API's text asks for. */
  async client(subject: string, ...roles: string[]): Promise<ApiClient> {
    return new ApiClient({ origin: this.origin, token: await this.token(subject, ...roles), patienceMs: 60_000 })
  }

  /** One request, just as stated: its answer, whatever it is. */
  async call(method: 'GET' | 'POST', path: string, { token, key, headers, body }: Call = {}): Promise<Answer> {
    const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    noteConfidential(this.stack.connection.dir, token, key, sent)
    const response = await fetch(new URL(path, this.origin), {
      method,
      headers: {
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(method === 'POST' && key !== null ? { 'idempotency-key': key ?? randomUUID() } : {}),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const named = Object.fromEntries(response.headers)
    return { status: response.status, headers: named, body: isJson ? JSON.parse(text) : text }
  }

  async post(path: string, token: string, body: unknown, key?: string): Promise<Answer> {
    return this.call('POST', path, { token, body, ...(key === undefined ? {} : { key }) })
  }

  /** A show of its own, on sale now. */
  async newShow({
    holdSeconds = 600,
    perCustomerLimit = 4,
    salesFrom = Date.now() - 60_000,
    orphanRule = 'off',
    publish = true,
    plan = hall,
  } = {}): Promise<string> {
    const organizer = await this.client('organizer-1', 'organizer')
    const stored = await organizer.command('/api/venues', plan)
    const { planHash } = stored.body as { planHash: string }
    const { showId } = await scheduleShow(organizer, {
      planHash,
      title: 'A test',
      currency: 'KRW',
      prices: plan.categories.map(({ id }) => ({ category: id, priceMinor: id === 'floor' ? 45_000 : 99_000 })),
      perCustomerLimit,
      holdSeconds,
      salesFrom: new Date(salesFrom),
      salesUntil: new Date(Date.now() + 3_600_000),
      startsAt: new Date(Date.now() + 7_200_000),
      orphanRule,
      publish,
    })
    return showId
  }
}

/** Two rows of ten seats (A-1 … B-10, 99,000 won) and a floor with 50 places (45,000 won). */
export const hall: Plan = {
  name: 'A little hall',
  focalPoint: { x: 0, y: 0 },
  categories: [
    { id: 'best', name: 'Best', color: '#aa2211' },
    { id: 'floor', name: 'Floor', color: '#2211aa' },
  ],
  sections: [
    {
      id: 'stalls',
      name: 'Stalls',
      rows: ['A', 'B'].map((row, depth) => ({
        id: row,
        name: row,
        seats: Array.from({ length: 10 }, (_, at) => ({
          id: `${row}-${at + 1}`,
          number: `${at + 1}`,
          category: 'best',
          x: at,
          y: depth + 1,
        })),
      })),
    },
  ],
  areas: [{ id: 'floor', name: 'Floor', category: 'floor', capacity: 50 }],
}
