export type EntryStatus = 'waiting' | 'away' | 'admitted' | 'active' | 'completed' | 'left' | 'skipped' | 'expired'

/** An entry of a waiting room as the audit counts it. Times are UTC ms. */
export interface CountedEntry {
  entryId: string
  customerId: string
  priority: boolean
  /** Null before the draw has given one. */
  place: number | null
  status: EntryStatus
  /** When the log last heard of the visitor. */
  seenAt: number
  /** Of who is away. */
  keptUntil: number
  /** Of who was admitted. */
  admittedAt: number | null
  expiresAt: number
  redeemed: boolean
}

export const waits = ({ status }: CountedEntry) => status === 'waiting' || status === 'away'
export const isOpen = ({ status }: CountedEntry) => status === 'admitted' || status === 'active'

/** Its customer may come again, with another entry. */
export const isOver = (entry: CountedEntry) => !waits(entry) && !isOpen(entry)
