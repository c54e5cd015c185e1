import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AdmissionVerifier } from '@onsale/domain'

/** Of proofs made with this key. */
export function admissionVerifier(key: Buffer): AdmissionVerifier {
  return (text, proof) => {
    const made = createHmac('sha256', key).update(text).digest()
    const given = Buffer.from(proof, 'hex')
    return given.length === made.length && timingSafeEqual(given, made)
  }
}
