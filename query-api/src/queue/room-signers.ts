import { Injectable } from '@nestjs/common'
import { admissionText } from '@onsale/domain'
import { type AdmissionOf, type HeartbeatOf, signAdmission, signHeartbeat } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import type { Signers } from './own-place.js'

/** What visitors are given to show elsewhere. */
@Injectable()
export class RoomSigners implements Signers {
  constructor(
    private readonly secret: Buffer,
    private readonly clock: Clock,
  ) {}

  now(): number {
    return this.clock.now()
  }

  admission(showId: string, customerId: string, of: AdmissionOf): string {
    return signAdmission(this.secret, of, admissionText(showId, customerId, of))
  }

  heartbeat(customerId: string, of: HeartbeatOf): string {
    return signHeartbeat(this.secret, customerId, of)
  }
}
