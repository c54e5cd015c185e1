import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a visitor's heartbeats are about, and how often they are wanted. */
export interface HeartbeatOf {
  entryId: string
  everySeconds: number
}

const tokenPattern = /^(.{1,80}\.(?:0|[1-9][0-9]{0,7}))\.([0-9]{1,4})\.([0-9a-f]{32})$/

const proofOf = (secret: Buffer, customerId: string, { entryId, everySeconds }: HeartbeatOf) =>
  createHmac('sha256', secret).update(`heartbeat ${entryId} ${customerId} ${everySeconds}`).digest('hex').slice(0, 32)

/** What a visitor sends heartbeats with: nobody keeps another's place. */
export const signHeartbeat = (secret: Buffer, customerId: string, of: HeartbeatOf): string =>
  `${of.entryId}.${of.everySeconds}.${proofOf(secret, customerId, of)}`

/** Null where we did not make it for this customer. */
export function verifyHeartbeat(secret: Buffer, customerId: string, token: string): HeartbeatOf | null {
  const [, entryId, every, proof] = tokenPattern.exec(token) ?? []
  if (entryId === undefined || every === undefined || proof === undefined) return null
  const of = { entryId, everySeconds: Number(every) }
  return timingSafeEqual(Buffer.from(proofOf(secret, customerId, of)), Buffer.from(proof)) ? of : null
}
