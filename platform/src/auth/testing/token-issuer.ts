import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

export const issuer = 'https://onsale.test'
export const audience = 'onsale-api'

export interface TokenParts {
  header?: Record<string, unknown>
  /** A null claim is left out. */
  claims?: Record<string, unknown>
  key?: CryptoKey
}

/** Signs tokens for tests; its public keys are in `jwksFile`. */
export interface TestIssuer {
  jwksFile: string
  /** Adds a key to the file and signs with it from now on. */
  rotate(kid: string): Promise<void>
  /** Takes a key out of the file. */
  withdraw(kid: string): Promise<void>
  token(parts?: TokenParts): Promise<string>
}

/** @param now UTC ms that tokens are issued at; they live for ten minutes */
export async function testIssuer(now: () => number): Promise<TestIssuer> {
  const jwksFile = join(await mkdtemp(join(tmpdir(), 'onsale-jwks-')), 'jwks.json')
  const publicKeys = new Map<string, object>()
  let current: { kid: string; key: CryptoKey }
  const write = () => writeFile(jwksFile, JSON.stringify({ keys: [...publicKeys.values()] }))
  const it: TestIssuer = {
    jwksFile,
    async rotate(kid) {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
      publicKeys.set(kid, { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })
      current = { kid, key: privateKey }
      await write()
    },
    async withdraw(kid) {
      publicKeys.delete(kid)
      await write()
    },
    async token({ header = {}, claims = {}, key = current.key } = {}) {
      const seconds = Math.floor(now() / 1_000)
      const all = {
        iss: issuer,
        aud: audience,
        sub: 'customer-1',
        roles: ['visitor'],
        iat: seconds,
        exp: seconds + 600,
        ...claims,
      }
      const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
      return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: current.kid, ...header }).sign(key)
    },
  }
  await it.rotate('key-1')
  return it
}
