import { createHash } from 'node:crypto'

/** As many as keep the pieces of a room with a million visitors small enough for Redis to pack (64 or so of at most 128). */
const pieces = 16_384

/** Where a view of a waiting room keeps which entry a customer has: `who:<show>:<piece>`, and the field there. 96 bits of a hash are shorter than most ids, and meet nobody else's. */
export function customerField(customerId: string): { piece: string; field: string } {
  const digest = createHash('sha256').update(customerId).digest()
  return { piece: (digest.readUInt16BE(12) % pieces).toString(36), field: digest.toString('base64url', 0, 12) }
}

/** Entries whose states are in one hash: as many as Redis packs. */
const entriesEach = 128

/** Where a view of a waiting room keeps the state of an entry: `entry:<show>:<piece>`, and the field there. */
export const entryField = (entry: number): { piece: string; field: string } => ({
  piece: Math.floor(entry / entriesEach).toString(36),
  field: entry.toString(36),
})
