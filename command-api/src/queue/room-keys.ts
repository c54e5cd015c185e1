import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type AdmissionProof, admissionText } from '@onsale/domain'
import {
  type AdmissionOf,
  type HeartbeatOf,
  ProblemError,
  signAdmission,
  verifyAdmission,
  verifyHeartbeat,
} from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import { seedOf } from '@onsale/platform/waiting-room'
import { wordsOf } from '../http/rejection.js'

const invalid = () => new ProblemError(403, 'admission-invalid', wordsOf('admission-invalid'))

/** What this room keeps secret of waiting rooms: from what their seeds follow, and the key of admissions. */
export class RoomKeys {
  constructor(private readonly keys: { drawSecret: Buffer; admissionSecret: Buffer; clock: Clock }) {}

  /** Revealed when the room opens, not before. */
  seedOf(showId: string): string {
    return seedOf(this.keys.drawSecret, showId)
  }

  commitmentOf(showId: string): string {
    return createHash('sha256').update(this.seedOf(showId)).digest('hex')
  }

  /** The token of an admission. It does for this customer and show alone. */
  admissionToken(showId: string, customerId: string, of: AdmissionOf): string {
    return signAdmission(this.keys.admissionSecret, of, admissionText(showId, customerId, of))
  }

  /**
   * What a token says; the decision looks at it again.
   * @throws ProblemError 403 where it is not one for this customer and show now
   */
  readAdmission(showId: string, customerId: string, token: string): AdmissionProof {
    const proof = verifyAdmission(this.keys.admissionSecret, token, (of) => admissionText(showId, customerId, of))
    if (!proof) throw invalid()
    if (this.keys.clock.now() < proof.expiresAt) return proof
    throw new ProblemError(403, 'admission-expired', wordsOf('admission-expired'))
  }

  /** With it this customer waits in the priority lane of this show's room; it does for nobody else. */
  passOf(showId: string, customerId: string): string {
    return createHmac('sha256', this.keys.admissionSecret).update(`pass ${showId} ${customerId}`).digest('hex')
  }

  /** @throws ProblemError 403 where it was not made for this customer and show */
  readPass(showId: string, customerId: string, pass: string): void {
    const made = Buffer.from(this.passOf(showId, customerId))
    const given = Buffer.from(pass)
    if (made.length === given.length && timingSafeEqual(made, given)) return
    throw new ProblemError(403, 'pass-invalid', 'The pass is not yours, or not one of this show.')
  }

  /** @throws ProblemError 403 where it was not made for this customer and show */
  readHeartbeat(showId: string, customerId: string, token: string): HeartbeatOf {
    const of = verifyHeartbeat(this.keys.admissionSecret, customerId, token)
    if (of?.entryId.startsWith(`${showId}.`)) return of
    throw new ProblemError(403, 'heartbeat-invalid', 'The heartbeat is not yours, or not one of this show.')
  }
}
