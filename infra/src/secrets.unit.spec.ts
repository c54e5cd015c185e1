import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { loadSecrets } from './secrets.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-secrets-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('made once, kept ever after, different in every checkout', () => {
  const first = loadSecrets(join(dir, 'a'))
  expect(loadSecrets(join(dir, 'a'))).toEqual(first)
  const other = loadSecrets(join(dir, 'b'))
  for (const name of [
    'sqlRoot',
    'sqlApp',
    'sqlRead',
    'sqlReplication',
    'redis',
    'keySecret',
    'acceptanceSecret',
    'admissionSecret',
    'drawSecret',
  ] as const) {
    expect(other[name]).not.toBe(first[name])
    expect(Buffer.from(first[name], name.endsWith('Secret') ? 'base64url' : 'hex').length).toBeGreaterThanOrEqual(24)
  }
})

test('nobody else may read them', () => {
  loadSecrets(join(dir, 'a'))
  expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o700)
  for (const file of readdirSync(join(dir, 'a')))
    expect([file, statSync(join(dir, 'a', file)).mode & 0o777]).toEqual([file, 0o600])
})

test('the key set holds the public half of the signing key, and nothing private', () => {
  const { signingKeyFile, signingKeyId, jwksFile } = loadSecrets(dir)
  const { keys } = JSON.parse(readFileSync(jwksFile, 'utf8'))
  expect(keys).toEqual([
    expect.objectContaining({ kid: signingKeyId, kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }),
  ])
  expect(keys[0]).not.toHaveProperty('d')
  const expected = createPublicKey(createPrivateKey(readFileSync(signingKeyFile))).export({ format: 'jwk' })
  expect(keys[0]).toMatchObject({ ...expected })
})
