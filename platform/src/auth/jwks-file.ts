import { readFile } from 'node:fs/promises'
import { type CryptoKey, importJWK } from 'jose'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../ports/index.js'

const jwksSchema = z.object({
  keys: z.array(
    z.looseObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      kid: z.string().min(1),
      x: z.string(),
      y: z.string(),
      d: z.never('a private key does not belong here').optional(),
    }),
  ),
})

/** An unknown kid makes us look again at most this often, a known one that may have been withdrawn now and then. */
const lookAgainMs = 3_000
const refreshMs = 30_000

/** The public keys of access tokens, from a file that may change while we run. */
export class JwksFile {
  private keys: ReadonlyMap<string, CryptoKey> = new Map()
  private readAt = Number.NEGATIVE_INFINITY
  private reading: Promise<void> | null = null

  constructor(
    private readonly file: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @throws where the file is not a set of P-256 public keys */
  async start(): Promise<void> {
    this.keys = await this.read()
    this.readAt = this.clock.now()
  }

  /** Whether the key is still there; looks into the file now and then, without waiting for it. */
  has(kid: string): boolean {
    if (this.clock.now() - this.readAt >= refreshMs) void this.reload()
    return this.keys.has(kid)
  }

  async get(kid: string): Promise<CryptoKey | null> {
    if (!this.has(kid) && this.clock.now() - this.readAt >= lookAgainMs) await this.reload()
    else if (!this.keys.has(kid)) await this.reading
    return this.keys.get(kid) ?? null
  }

  /** A file that cannot be read leaves the keys as they are. */
  private reload(): Promise<void> {
    this.readAt = this.clock.now()
    this.reading ??= this.read()
      .then((keys) => {
        this.keys = keys
      })
      .catch((error: unknown) => this.logger.error({ err: error, file: this.file }, 'the keys could not be read again'))
      .finally(() => {
        this.reading = null
      })
    return this.reading
  }

  private async read(): Promise<Map<string, CryptoKey>> {
    const { keys } = jwksSchema.parse(JSON.parse(await readFile(this.file, 'utf8')))
    const imported = keys.map(
      async (key) => [key.kid, (await importJWK({ ...key, d: undefined }, 'ES256')) as CryptoKey] as const,
    )
    return new Map(await Promise.all(imported))
  }
}
