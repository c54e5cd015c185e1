/** What is larger is not kept. */
const mostBytes = 2 * 1024 * 1024
const leastBytes = 64 * 1024
/** So many requests are between being written and being copied at a time, at most; for more there is new memory. */
const mostKept = 4

/** Bytes of a request, as an encoder of kafkajs gives them: `buffer` is read once, and copied before anything else happens. */
export interface Draft {
  buf: Buffer
  readonly buffer: Buffer
}

/**
 * Memory that requests are written to one after the other. Each is copied into a request of kafkajs's soon after; memory of its own for
 * each, a hundred times a second, is what the collector of garbage is then kept busy with.
 */
export class DraftBytes {
  private readonly free: Buffer[] = []

  /** @param write gives what it has written, in the memory that it was given or in other, larger memory of its own */
  lent(write: (memory: Buffer) => Buffer): Draft {
    const written = write(this.free.pop() ?? Buffer.allocUnsafeSlow(leastBytes))
    let isRead = false
    const release = () => this.release(written)
    return {
      buf: written,
      get buffer() {
        if (isRead) throw new Error('a draft is read once')
        isRead = true
        queueMicrotask(release)
        return written
      },
    }
  }

  private release(written: Buffer): void {
    const { buffer } = written
    if (this.free.length < mostKept && buffer.byteLength <= mostBytes && written.byteOffset === 0)
      this.free.push(Buffer.from(buffer))
  }
}
