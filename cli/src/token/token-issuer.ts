import { readFile } from 'node:fs/promises'
import type { StackConnection } from '@onsale/infra'
import { type CryptoKey, importPKCS8, SignJWT } from 'jose'

export interface TokenRequest {
  /** Opaque id: 1–64 of [A-Za-z0-9_-]. */
  subject: string
  roles: readonly string[]
  ttlSeconds: number
}

/** Issues access tokens with the local key: a person at this machine may be anybody, until there is a login. */
export class TokenIssuer {
  private constructor(
    private readonly key: CryptoKey,
    private readonly keyId: string,
    private readonly issuer: string,
    private readonly audience: string,
  ) {}

  static async of({ signingKeyFile, signingKeyId, variables }: StackConnection): Promise<TokenIssuer> {
    const key = await importPKCS8(await readFile(signingKeyFile, 'utf8'), 'ES256')
    const { ONSALE_TOKEN_ISSUER: issuer = '', ONSALE_TOKEN_AUDIENCE: audience = '' } = variables
    return new TokenIssuer(key, signingKeyId, issuer, audience)
  }

  issue({ subject, roles, ttlSeconds }: TokenRequest): Promise<string> {
    const now = Math.floor(Date.now() / 1_000)
    return new SignJWT({ roles })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: this.keyId })
      .setSubject(subject)
      .setIssuer(this.issuer)
      .setAudience(this.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + ttlSeconds)
      .sign(this.key)
  }
}
