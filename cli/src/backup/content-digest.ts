import { createHash } from 'node:crypto'
import type { RawEntry } from '@onsale/platform/raw-log'

/** SHA-256 over offset, time and content of records: whatever batches they lie in. */
export class ContentDigest {
  private readonly hash = createHash('sha256')
  private readonly head = Buffer.alloc(20)
  records = 0

  add({ offset, timestamp, body }: RawEntry): void {
    this.head.writeBigInt64BE(BigInt(offset), 0)
    this.head.writeBigInt64BE(BigInt(timestamp), 8)
    this.head.writeInt32BE(body.length, 16)
    this.hash.update(this.head).update(body)
    this.records += 1
  }

  /** To be asked for once. */
  end(): string {
    return this.hash.digest('hex')
  }
}
