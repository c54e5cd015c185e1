import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export const issuer = 'https://onsale.test'
export const audience = 'onsale-api'

export interface TestIssuer {
  jwksFile: string
  token(parts?: { header?: Record<string, unknown>; claims?: Record<string, unknown> }): Promise<string>
}

/** Signs tokens for tests, for ten minutes from `now` (UTC ms); its public key is in `jwksFile`. */
export async function testIssuer(now: () => number): Promise<TestIssuer> {
  const jwksFile = join(await mkdtemp(join(tmpdir(), 'onsale-jwks-')), 'jwks.json')
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  await writeFile(jwksFile, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1' }] }))
  return {
    jwksFile,
    token({ header = {}, claims = {} } = {}) {
      const iat = Math.floor(now() / 1_000)
      return new SignJWT({
        iss: issuer,
        aud: audience,
        sub: 'customer-1',
        roles: ['visitor'],
        iat,
        exp: iat + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'key-1', ...header })
        .sign(privateKey)
    },
  }
}
