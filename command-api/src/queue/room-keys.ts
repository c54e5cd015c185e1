import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type AdmissionProof, admissionText } from '@onsale/domain'
import { ProblemError } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import { seedOf } from '@onsale/platform/waiting-room'
import { wordsOf } from '../http/rejection.js'

const invalid = () => new ProblemError(403, 'admission-invalid', wordsOf('admission-invalid'))

const tokenPattern = /^(.{1,80}\.(?:0|[1-9][0-9]{0,7}))\.([0-9]{1,15})\.([0-9a-f]{64})$/

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

  /** The token of an admission: `<entryId>.<expiresAt>.<proof>`. It does for this customer and show alone. */
  admissionToken(showId: string, customerId: string, of: { entryId: string; expiresAt: number }): string {
    return `${of.entryId}.${of.expiresAt}.${this.proofOf(showId, customerId, of)}`
  }

  /**
   * What a token says; the decision looks at it again.
   * @throws ProblemError 403 where it is not one for this customer and show now
   */
  readAdmission(showId: string, customerId: string, token: string): AdmissionProof {
    const [, entryId, expiry, proof] = tokenPattern.exec(token) ?? []
    if (entryId === undefined || expiry === undefined || proof === undefined) throw invalid()
    const of = { entryId, expiresAt: Number(expiry) }
    const made = Buffer.from(this.proofOf(showId, customerId, of))
    if (!timingSafeEqual(made, Buffer.from(proof))) throw invalid()
    if (this.keys.clock.now() < of.expiresAt) return { ...of, proof }
    throw new ProblemError(403, 'admission-expired', wordsOf('admission-expired'))
  }

  private proofOf(showId: string, customerId: string, of: { entryId: string; expiresAt: number }): string {
    return createHmac('sha256', this.keys.admissionSecret)
      .update(admissionText(showId, customerId, of))
      .digest('hex')
  }
}
