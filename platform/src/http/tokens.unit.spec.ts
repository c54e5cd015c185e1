import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodePosition, encodeAcceptance, encodePosition, verifyAcceptance } from './index.js'

describe('position', () => {
  const position = fc.record({
    topic: fc.stringMatching(/^[a-z0-9-]{1,20}\.reservation\.events$/),
    partition: fc.nat(9_999),
    offset: fc.maxSafeNat(),
  })

  test('comes back as it was', () => {
    fc.assert(fc.property(position, (it) => expect(decodePosition(encodePosition(it))).toEqual(it)))
  })

  test('is URL-safe', () => {
    fc.assert(fc.property(position, (it) => expect(encodePosition(it)).toMatch(/^[A-Za-z0-9_-]+$/)))
  })

  test('anything else is null', () => {
    const good = encodePosition({ topic: 'local.reservation.events', partition: 1, offset: 5 })
    const bytes = Buffer.from(good, 'base64url')
    const with0 = (at: number, value: number) => {
      const copy = Buffer.from(bytes)
      copy[at] = value
      return copy.toString('base64url')
    }
    const bad = [
      '',
      'x',
      `${good}=`,
      `${good} `,
      `${good}!`,
      with0(0, 2),
      with0(5, 255),
      with0(13, 0),
      bytes.subarray(0, 13).toString('base64url'),
      'A'.repeat(1_000),
      bytes.toString('base64'),
    ].filter((text) => text !== good)
    for (const text of bad) expect([text, decodePosition(text)]).toEqual([text, null])
    fc.assert(
      fc.property(fc.string(), (text) => {
        const decoded = decodePosition(text)
        if (decoded) expect(encodePosition(decoded)).toBe(text)
      }),
    )
  })
})

describe('acceptance', () => {
  const secret = Buffer.alloc(32, 1)
  const acceptance = {
    commandId: '0193a3c2-7d1e-8c3b-9a52-0c6f3b1d2e4f',
    callerId: 'c',
    showId: '1.s',
    partition: 1,
    expiresAt: 1_000,
  }
  const token = encodeAcceptance(acceptance, secret)

  test('ours, until it expires', () => {
    expect(verifyAcceptance(token, secret, 999)).toEqual(acceptance)
    expect(verifyAcceptance(token, secret, 1_000)).toBeNull()
  })

  test('nothing else', () => {
    const [payload, signature] = token.split('.') as [string, string]
    const forged = Buffer.from(JSON.stringify([1, acceptance.commandId, 'other', '1.s', 1, 9e12])).toString('base64url')
    for (const text of [
      '',
      '.',
      'a.b',
      payload,
      `${payload}.`,
      `${forged}.${signature}`,
      `${token}.x`,
      `${token}x`,
      'a'.repeat(3_000),
    ]) {
      expect([text, verifyAcceptance(text, secret, 0)]).toEqual([text, null])
    }
    expect(verifyAcceptance(token, Buffer.alloc(32, 2), 0)).toBeNull()
  })
})
