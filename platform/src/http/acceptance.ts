import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** That we took a command whose answer was still to come: what a 202 hands out, so that its status is pending and never 404. */
export interface Acceptance {
  commandId: string
  /** Who asked, and may ask how it went. */
  callerId: string
  showId: string
  partition: number
  /** UTC ms, exclusive. */
  expiresAt: number
}

const version = 1
const payloadSchema = z.tuple([z.literal(version), z.string(), z.string(), z.string(), z.int().nonnegative(), z.int()])

/** `<payload>.<HMAC-SHA256>`, both base64url. */
export function encodeAcceptance(acceptance: Acceptance, secret: Buffer): string {
  const { commandId, callerId, showId, partition, expiresAt } = acceptance
  const payload = Buffer.from(JSON.stringify([version, commandId, callerId, showId, partition, expiresAt])).toString(
    'base64url',
  )
  return `${payload}.${sign(payload, secret).toString('base64url')}`
}

/** @returns null where we did not sign it or it has expired */
export function verifyAcceptance(token: string, secret: Buffer, now: number): Acceptance | null {
  if (token.length > 2_000) return null
  const [payload, signature, ...rest] = token.split('.')
  if (payload === undefined || signature === undefined || rest.length > 0) return null
  const given = Buffer.from(signature, 'base64url')
  const expected = sign(payload, secret)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const [, commandId, callerId, showId, partition, expiresAt] = payloadSchema.parse(
    JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')),
  )
  return now < expiresAt ? { commandId, callerId, showId, partition, expiresAt } : null
}

/** The prefix keeps these apart from anything else that the same secret may sign. */
const sign = (payload: string, secret: Buffer) =>
  createHmac('sha256', secret).update('onsale-acceptance\0').update(payload).digest()
