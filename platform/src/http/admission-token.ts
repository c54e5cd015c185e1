import { createHmac, timingSafeEqual } from 'node:crypto'

/** An admission of a waiting room: what the token says, but for the customer and show that it is bound to. */
export interface AdmissionOf {
  entryId: string
  /** UTC ms, exclusive. */
  expiresAt: number
}

const tokenPattern = /^(.{1,80}\.(?:0|[1-9][0-9]{0,7}))\.([0-9]{1,15})\.([0-9a-f]{64})$/

/** HMAC-SHA256, hex, of the text that names show, customer and admission. */
const proofOf = (secret: Buffer, text: string) => createHmac('sha256', secret).update(text).digest('hex')

/** `<entryId>.<expiresAt>.<proof>`. @param text what the proof is made over */
export const signAdmission = (secret: Buffer, { entryId, expiresAt }: AdmissionOf, text: string): string =>
  `${entryId}.${expiresAt}.${proofOf(secret, text)}`

/** What a token says; null where it is not one that we signed for what `textOf` makes of it. */
export function verifyAdmission(
  secret: Buffer,
  token: string,
  textOf: (of: AdmissionOf) => string,
): (AdmissionOf & { proof: string }) | null {
  const [, entryId, expiry, proof] = tokenPattern.exec(token) ?? []
  if (entryId === undefined || expiry === undefined || proof === undefined) return null
  const of = { entryId, expiresAt: Number(expiry) }
  const made = Buffer.from(proofOf(secret, textOf(of)))
  return timingSafeEqual(made, Buffer.from(proof)) ? { ...of, proof } : null
}
