import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { AdmissionVerifier, Hashes } from '@onsale/domain'

export const hashes: Hashes = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
}

/** Of proofs made with this key. */
export function admissionVerifier(key: Buffer): AdmissionVerifier {
  return (text, proof) => {
    const made = createHmac('sha256', key).update(text).digest()
    const given = Buffer.from(proof, 'hex')
    return given.length === made.length && timingSafeEqual(given, made)
  }
}
