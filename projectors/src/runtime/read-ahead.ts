/**
 * Lets a partition's next batch be read while the one before is applied. A reader that is told of a batch as applied when it is only begun
 * cannot be made to bring it again: after a failure nothing more is begun, and whoever owns this reads anew from the checkpoints.
 */
export class ReadAhead {
  private readonly underWay = new Map<number, Promise<void>>()
  private failed = false

  constructor(private readonly onFailure: (error: Error) => void) {}

  /** Returns when the partition's batch before is applied and this one is begun. */
  async begin(partition: number, apply: () => Promise<void>): Promise<void> {
    await this.underWay.get(partition)
    if (this.failed) return
    const applied = apply().catch((error: Error) => {
      this.failed = true
      this.onFailure(error)
    })
    this.underWay.set(partition, applied)
  }

  /** Nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values())
  }
}
