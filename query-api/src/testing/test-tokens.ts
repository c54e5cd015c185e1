import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const issuer = 'https://onsale.test'
export const audience = 'onsale-api'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A file with the public key of the tokens below. */
export function writeJwks(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'onsale-jwks-')), 'jwks.json')
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'ES256', use: 'sig' }
  writeFileSync(file, JSON.stringify({ keys: [key] }))
  return file
}

/** An Authorization header. */
export function bearer(sub: string, ...roles: string[]): { authorization: string } {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const now = Math.floor(Date.now() / 1_000)
  const signed = `${encode({ alg: 'ES256', kid: 'test' })}.${encode({ sub, roles, iss: issuer, aud: audience, iat: now, exp: now + 600 })}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return { authorization: `Bearer ${signed}.${signature.toString('base64url')}` }
}
