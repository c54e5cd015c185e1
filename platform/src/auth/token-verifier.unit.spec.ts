import { writeFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { pino } from 'pino'
import type { ProblemError } from '../http/problem.js'
import { TokenVerifier } from './index.js'
import { audience, issuer, type TestIssuer, testIssuer } from './testing/token-issuer.js'

const logger = pino({ level: 'silent' })
let now: number
let tokens: TestIssuer
let verifier: TokenVerifier

beforeEach(async () => {
  now = 1_790_000_000_000
  tokens = await testIssuer(() => now)
  verifier = new TokenVerifier({ jwksFile: tokens.jwksFile, issuer, audience, clock: { now: () => now }, logger })
  await verifier.start()
})

const bearer = async (token: string | Promise<string>) => `Bearer ${await token}`
const codeOf = async (authorization: string | undefined) => {
  try {
    await verifier.verify(authorization)
    return 'accepted'
  } catch (error) {
    const { status, code, headers } = error as ProblemError
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="onsale"/)
    return code
  }
}
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a good token says who asks', async () => {
  const token = tokens.token({ claims: { roles: ['box-office', 'wizard', 'admin'] } })
  expect(await verifier.verify(await bearer(token))).toEqual({
    id: 'customer-1',
    roles: ['box-office', 'admin'],
    expiresAt: now + 600_000,
  })
  expect(await codeOf(`bearer ${await token}`)).toBe('accepted')
})

describe('refused', () => {
  test.each([
    ['token-missing', undefined],
    ['token-missing', ''],
    ['token-malformed', 'Basic dXNlcjpwYXNz'],
    ['token-malformed', 'Bearer'],
    ['token-malformed', 'Bearer abc'],
    ['token-malformed', 'Bearer a.b.c.d'],
    ['token-malformed', 'Bearer !.b.c'],
    ['token-malformed', `Bearer ${'a'.repeat(5_000)}.b.c`],
    ['token-malformed', 'Bearer AAAA.BBBB.CCCC'],
  ])('%s: %s', async (code, authorization) => {
    expect(await codeOf(authorization)).toBe(code)
  })

  test('alg none', async () => {
    const [, payload] = (await tokens.token()).split('.')
    expect(await codeOf(`Bearer ${base64url({ alg: 'none' })}.${payload}.`)).toBe('token-algorithm')
    expect(await codeOf(`Bearer ${base64url({ alg: 'none', kid: 'key-1' })}.${payload}.`)).toBe('token-algorithm')
  })

  test('HS256 keyed with the public key', async () => {
    const forged = await new SignJWT({ sub: 'x', roles: ['admin'] })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('any secret that is long enough for it'))
    expect(await codeOf(`Bearer ${forged}`)).toBe('token-algorithm')
  })

  test('a key that is not ours', async () => {
    expect(await codeOf(await bearer(tokens.token({ header: { kid: 'other' } })))).toBe('token-key-unknown')
    expect(await codeOf(await bearer(tokens.token({ header: { kid: undefined } })))).toBe('token-key-unknown')
  })

  test('a signature by another key, or over another payload', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    expect(await codeOf(await bearer(tokens.token({ key: privateKey })))).toBe('token-signature')
    const [header, , signature] = (await tokens.token()).split('.')
    const payload = base64url({ iss: issuer, aud: audience, sub: 'x', roles: ['admin'], iat: 1, exp: 9_999_999_999 })
    expect(await codeOf(`Bearer ${header}.${payload}.${signature}`)).toBe('token-signature')
    expect(await codeOf(`Bearer ${header}.${payload}.`)).toBe('token-signature')
  })

  test.each([
    ['token-expired', { exp: 1_789_999_999 }],
    ['token-malformed', { exp: null }],
    ['token-malformed', { exp: 'soon' }],
    ['token-audience', { aud: 'somebody-else' }],
    ['token-audience', { aud: null }],
    ['token-issuer', { iss: 'https://evil.test' }],
    ['token-issuer', { iss: null }],
    ['token-malformed', { sub: null }],
    ['token-malformed', { sub: 'kim@example.com' }],
    ['token-malformed', { sub: 'x'.repeat(65) }],
    ['token-malformed', { roles: null }],
    ['token-malformed', { roles: 'admin' }],
    ['token-malformed', { iat: null }],
    ['token-malformed', { nbf: 1_790_000_100 }],
  ])('%s: %j', async (code, claims) => {
    expect(await codeOf(await bearer(tokens.token({ claims })))).toBe(code)
  })
})

describe('remembered tokens', () => {
  test('expire when they expire', async () => {
    const authorization = await bearer(tokens.token())
    now += 599_999
    expect(await codeOf(authorization)).toBe('accepted')
    now += 1
    expect(await codeOf(authorization)).toBe('token-expired')
    expect(await codeOf(authorization)).toBe('token-expired')
  })

  test('are the same object, so no signature was checked', async () => {
    const authorization = await bearer(tokens.token())
    expect(await verifier.verify(authorization)).toBe(await verifier.verify(authorization))
  })

  test('go with their key', async () => {
    const authorization = await bearer(tokens.token())
    expect(await codeOf(authorization)).toBe('accepted')
    await tokens.rotate('key-2')
    await tokens.withdraw('key-1')
    now += 31_000
    // The file is read again beside the answer; the token falls once that is done.
    let code = 'accepted'
    while (code === 'accepted') {
      await setImmediate()
      code = await codeOf(authorization)
    }
    expect(code).toBe('token-key-unknown')
  })
})

describe('the key file', () => {
  test('is read again for an unknown key, at most every few seconds', async () => {
    await tokens.rotate('key-2')
    const authorization = await bearer(tokens.token())
    expect(await codeOf(authorization)).toBe('token-key-unknown')
    now += 3_000
    expect(await codeOf(authorization)).toBe('accepted')
  })

  test('that has become unreadable leaves the keys as they were', async () => {
    const authorization = await bearer(tokens.token())
    await writeFile(tokens.jwksFile, 'not JSON')
    now += 31_000
    expect(await codeOf(await bearer(tokens.token({ header: { kid: 'other' } })))).toBe('token-key-unknown')
    expect(await codeOf(authorization)).toBe('accepted')
  })

  test('with a private key, or a key of another kind, stops the start', async () => {
    const start = () =>
      new TokenVerifier({ jwksFile: tokens.jwksFile, issuer, audience, clock: { now: () => now }, logger }).start()
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    await writeFile(tokens.jwksFile, JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: 'k' }] }))
    await expect(start()).rejects.toThrow(/private key/)
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    await writeFile(tokens.jwksFile, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] }))
    await expect(start()).rejects.toThrow()
  })
})
