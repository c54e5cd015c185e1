import type { SnapshotTopic, WholeSnapshot } from '@onsale/platform/log'

/** A partition's snapshots in memory; what is stored can be spoilt. */
export class MemorySnapshots implements Pick<SnapshotTopic, 'newest' | 'before' | 'read' | 'write'> {
  readonly stored: { whole: WholeSnapshot; pieces: Buffer[] }[] = []
  reads = 0
  /** Writers at work; they wait for the gate before each piece. */
  writing = 0
  gate: Promise<void> = Promise.resolve()

  async newest(): Promise<WholeSnapshot | null> {
    return this.stored.at(-1)?.whole ?? null
  }

  async before({ previousEnd }: WholeSnapshot): Promise<WholeSnapshot | null> {
    return this.stored[previousEnd]?.whole ?? null
  }

  async read({ endOffset }: WholeSnapshot, onBytes: (bytes: Buffer) => Promise<void>): Promise<void> {
    this.reads += 1
    for (const piece of this.stored[endOffset]?.pieces ?? []) await onBytes(piece)
  }

  async write(...[partition, head, pieces]: Parameters<SnapshotTopic['write']>): Promise<WholeSnapshot> {
    this.writing += 1
    try {
      const bytes: Buffer[] = []
      for (;;) {
        await this.gate
        const { value, done } = await pieces.next()
        if (!done) {
          bytes.push(value)
          continue
        }
        const endOffset = this.stored.length
        const whole = { ...head, partition, slot: endOffset % 2, chunks: bytes.length, foldHash: value }
        const place = { firstOffset: endOffset, endOffset, previousEnd: endOffset - 1 }
        this.stored.push({ whole: { ...whole, ...place }, pieces: bytes })
        return { ...whole, ...place }
      }
    } finally {
      this.writing -= 1
    }
  }
}
