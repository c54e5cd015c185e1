import { Injectable } from '@nestjs/common'
import { admissionText } from '@onsale/domain'
import { type AdmissionOf, type HeartbeatOf, signAdmission, signHeartbeat } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import { LRUCache } from 'lru-cache'
import type { Signers } from './own-place.js'

/** What visitors are given to show elsewhere. */
@Injectable()
export class RoomSigners implements Signers {
  private readonly heartbeats = new LRUCache<string, string>({ max: 20_000 })

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

  /** The same for as long as the entry lasts: a signature costs a tenth of a poll. */
  heartbeat(customerId: string, of: HeartbeatOf): string {
    const key = `${customerId} ${of.entryId} ${of.everySeconds}`
    const known = this.heartbeats.get(key)
    if (known !== undefined) return known
    const made = signHeartbeat(this.secret, customerId, of)
    this.heartbeats.set(key, made)
    return made
  }
}
