/**
 * The reader rule, for one partition: a record counts iff its claim-id is that of the latest preceding OwnerClaimed.
 * Whoever reads the journal (decider, projector, API, simulator) reads it through this, so that a stale owner's records,
 * should the broker's fence ever let one pass, mean nothing to anybody.
 */
export const ownerClaimedName = 'onsale.journal.OwnerClaimed'

export class ReaderRule {
  /** @param claim the claim in force where reading starts: null at the log's beginning, else as stored with the offset. */
  constructor(private claim: string | null) {}

  get claimId(): string | null {
    return this.claim
  }

  /** Whether the record counts; to be asked once for each record, in order. */
  counts(typeName: string | null, claimId: string | null): boolean {
    if (claimId === null) return false
    if (typeName === ownerClaimedName) {
      this.claim = claimId
      return true
    }
    return claimId === this.claim
  }
}
