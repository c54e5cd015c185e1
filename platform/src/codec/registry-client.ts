import { COMPATIBILITY, SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import type { AvroRecordSchema } from '@onsale/schemas'
import { z } from 'zod'
import { RegistryUnavailableError } from './codec.js'
import { fewAtATime } from './few-at-a-time.js'

export type Compatibility = 'FULL' | 'FULL_TRANSITIVE'

/** The registry understood the request and refused it. */
export class RegistryRefusedError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message)
  }
}

export interface RegisteredVersion {
  id: number
  version: number
  schema: object
}

const requestTimeoutMs = 5_000
const errorBody = z.object({ message: z.string() })
const versionBody = z.object({ id: z.int(), version: z.int(), schema: z.string() })

/** The few calls of a Confluent-compatible registry that we make. */
export class RegistryClient {
  private readonly registry: SchemaRegistry
  /** A registry that is slow must not be asked for everything at once: then each request would time out, again and again. */
  private readonly inTurn = fewAtATime(6)

  constructor(private readonly url: string) {
    this.registry = new SchemaRegistry({ host: url, retry: { retries: 3, maxRetryTimeInSecs: 1 } })
  }

  /**
   * Registers the schema under the subject, whose compatibility is `compatibility` from its first version on.
   * @throws RegistryRefusedError where the registry finds it incompatible or the subject has another compatibility
   */
  async register(subject: string, schema: AvroRecordSchema, compatibility: Compatibility): Promise<number> {
    try {
      const { id } = await this.inTurn(() =>
        this.registry.register(schema as Parameters<SchemaRegistry['register']>[0], {
          subject,
          compatibility: COMPATIBILITY[compatibility],
        }),
      )
      return id
    } catch (error) {
      throw asOurs(error, this.url)
    }
  }

  /** Id of exactly this schema under the subject; null where it is not registered. */
  async idOf(subject: string, schema: AvroRecordSchema): Promise<number | null> {
    const answer = await this.request(`/subjects/${encodeURIComponent(subject)}`, { schema: JSON.stringify(schema) })
    return answer === null ? null : z.object({ id: z.int() }).parse(answer).id
  }

  /** The schema with this id; null where the registry has no such id. */
  async schemaOf(id: number): Promise<object | null> {
    const answer = await this.request(`/schemas/ids/${id}`)
    return answer === null ? null : (JSON.parse(z.object({ schema: z.string() }).parse(answer).schema) as object)
  }

  /** Every version of the subject. */
  async versionsOf(subject: string): Promise<RegisteredVersion[]> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`
    const versions = z.array(z.int()).parse((await this.request(path)) ?? [])
    const all: RegisteredVersion[] = []
    for (const version of versions) {
      const { id, schema } = versionBody.parse(await this.request(`${path}/${version}`))
      all.push({ id, version, schema: JSON.parse(schema) as object })
    }
    return all
  }

  /** Takes a subject away for good; one that is not there is gone already. */
  async forget(subject: string): Promise<void> {
    const path = `/subjects/${encodeURIComponent(subject)}`
    for (const how of ['', '?permanent=true']) await this.inTurn(() => this.send(`${path}${how}`, undefined, 'DELETE'))
  }

  private request(path: string, body?: object): Promise<unknown> {
    return this.inTurn(() => this.send(path, body))
  }

  private async send(path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<unknown> {
    let response: Response
    let text: string
    try {
      response = await fetch(`${this.url}${path}`, {
        signal: AbortSignal.timeout(requestTimeoutMs),
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      text = await response.text()
    } catch (error) {
      throw new RegistryUnavailableError(`the registry at ${this.url} does not answer`, { cause: error })
    }
    if (response.status === 404) return null
    if (response.ok) return JSON.parse(text)
    if (response.status >= 500)
      throw new RegistryUnavailableError(`the registry at ${this.url} says ${response.status}`)
    throw new RegistryRefusedError(messageOf(text), response.status)
  }
}

function messageOf(text: string): string {
  try {
    return errorBody.parse(JSON.parse(text)).message
  } catch {
    return text
  }
}

/** The library's errors: `status` where the registry answered (400 stands for no connection, too), bare ones for its own checks. */
function asOurs(error: unknown, url: string): Error {
  const { status, message } = error as { status?: number; message: string }
  if (status !== undefined && status >= 402 && status < 500) return new RegistryRefusedError(message, status)
  if (status === undefined && error instanceof Error && error.name.startsWith('ConfluentSchemaRegistry'))
    return new RegistryRefusedError(message, 0)
  return new RegistryUnavailableError(`the registry at ${url} does not answer: ${message}`, { cause: error })
}
