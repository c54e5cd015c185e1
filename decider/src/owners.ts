/** What is asked of an owner here: PartitionOwner is one. */
export interface StartedAndStopped {
  start(): void
  stop(): Promise<void>
}

/**
 * The owners in this process. A partition may come, go and come back faster than an owner ends: its next owner starts when all those
 * before it have ended, because two would take each other's feed and fence each other.
 */
export class Owners<Owner extends StartedAndStopped> {
  private readonly current = new Map<number, Owner>()
  /** Resolves when every owner that the partition has had and lost here has ended. */
  private readonly ended = new Map<number, Promise<void>>()

  constructor(private readonly open: (partition: number) => Owner) {}

  [Symbol.iterator](): Iterator<[number, Owner]> {
    return this.current.entries()
  }

  assigned(partition: number): void {
    const owner = this.open(partition)
    this.current.set(partition, owner)
    void this.before(partition).then(() => {
      if (this.current.get(partition) === owner) owner.start()
    })
  }

  revoked(partition: number): void {
    const owner = this.current.get(partition)
    if (!owner) return
    this.current.delete(partition)
    const before = this.before(partition)
    this.ended.set(
      partition,
      owner.stop().then(() => before),
    )
  }

  /** Stops them all; they stay those of their partitions. */
  async stop(): Promise<void> {
    await Promise.all([...this.current.values()].map((owner) => owner.stop()))
  }

  private before(partition: number): Promise<void> {
    return this.ended.get(partition) ?? Promise.resolve()
  }
}
