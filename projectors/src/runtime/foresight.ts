import type { Folded } from './fold.js'
import type { DecodedBatch } from './partition-projector.js'
import type { StreamVersions } from './store.js'

/** Where a projection stands once the transaction that is under way is committed. */
export interface Expected<Standing> {
  standing: Standing
  streams: StreamVersions
  nextOffset: number
}

/**
 * What a batch leads to, worked out while the one before it is being committed: the server works at the one and this process at the
 * other. It is taken only by who stands exactly there, the same object: after a failure, or when somebody else was at it, nobody does, and the
 * batch is folded anew from what the database says.
 */
export class Foresight<Standing> {
  private coming: DecodedBatch[] = []
  private expected: Expected<Standing> | null = null
  private foreseen: { batch: DecodedBatch; from: Standing; folded: Promise<Folded | null> } | null = null

  constructor(private readonly fold: (batch: DecodedBatch, from: Expected<Standing>) => Promise<Folded | null>) {}

  /** A batch that will be applied once it is its turn. */
  comes(batch: DecodedBatch): void {
    this.coming.push(batch)
    this.look()
  }

  /** It is its turn, or it is passed over. */
  begins({ from }: DecodedBatch): void {
    this.coming = this.coming.filter((it) => it.from > from)
  }

  /** A transaction's rows are on their way; it leads there. */
  sent(expected: Expected<Standing>): void {
    this.expected = expected
    this.look()
  }

  /** It is committed, or not. */
  over(): void {
    this.expected = null
  }

  /** What the batch leads to from there; null where that is not known. */
  async take(batch: DecodedBatch, from: Standing): Promise<Folded | null> {
    const { foreseen } = this
    this.foreseen = null
    return foreseen?.batch === batch && foreseen.from === from ? foreseen.folded : null
  }

  private look(): void {
    const { expected } = this
    const batch = this.coming.find(({ from }) => from === expected?.nextOffset)
    if (!expected || !batch || this.foreseen?.batch === batch) return
    // An error is met again, and dealt with, where the batch is applied.
    const folded = this.fold(batch, expected).catch(() => null)
    this.foreseen = { batch, from: expected.standing, folded }
  }
}
