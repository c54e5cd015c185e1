import { KeyRing, type PackedKey } from './key-ring.js'

export const acceptedForMs = 24 * 60 * 60 * 1000
export const rejectedForMs = 10 * 60 * 1000

export type KeyLookup =
  | { kind: 'fresh' }
  /** The same command was decided before; its first answer lies at this journal offset. */
  | { kind: 'repeated'; firstOffset: number }
  | { kind: 'key-reused' }

export type Outcome = 'accepted' | 'rejected'

export interface IdempotencyBounds {
  /** Rounded up to powers of two; 40 bytes each when full. */
  maxAccepted: number
  maxRejected: number
}

/** 168 and 42 MB when full. They hold a day of 48 accepted commands a second, and ten minutes of 1,700 refused ones, per partition. */
export const defaultBounds: IdempotencyBounds = { maxAccepted: 4 * 2 ** 20, maxRejected: 2 ** 20 }

const fresh: KeyLookup = { kind: 'fresh' }
const keyReused: KeyLookup = { kind: 'key-reused' }

/**
 * Which commands were decided, folded from the journal: accepted ones for 24 h, refused ones for 10 minutes, by log time in whole
 * seconds rounded up. Bounded: past a bound the oldest keys are forgotten early (`evictions` counts them), and a request
 * repeated after that is decided as a new command. It then meets the show's own rules, which never oversell and never exceed
 * a customer's limit, but a customer below the limit may get a second reservation. Alarm on evictions.
 *
 * Log time given to `lookup` and `remember` must never go back.
 */
export class IdempotencyTable {
  private readonly accepted: KeyRing
  private readonly rejected: KeyRing

  constructor(bounds: IdempotencyBounds = defaultBounds) {
    this.accepted = new KeyRing(bounds.maxAccepted)
    this.rejected = new KeyRing(bounds.maxRejected)
  }

  /** Entries, those included that have expired and were not dropped yet. */
  get size(): number {
    return this.accepted.size + this.rejected.size
  }

  get evictions(): number {
    return this.accepted.evictions + this.rejected.evictions
  }

  get bytes(): number {
    return this.accepted.bytes + this.rejected.bytes
  }

  /** Changes nothing. */
  lookup(key: PackedKey, now: number): KeyLookup {
    return answer(this.accepted, key, now) ?? answer(this.rejected, key, now) ?? fresh
  }

  /** The first answer to a command that `lookup` called fresh at the same log time. */
  remember(key: PackedKey, outcome: Outcome, offset: number, now: number): void {
    this.accepted.expire(Math.floor(now / 1000))
    this.rejected.expire(Math.floor(now / 1000))
    const ring = outcome === 'accepted' ? this.accepted : this.rejected
    const lifetime = outcome === 'accepted' ? acceptedForMs : rejectedForMs
    ring.add(key, offset, Math.ceil((now + lifetime) / 1000))
  }

  sizeOf(outcome: Outcome): number {
    return this[outcome].size
  }

  evictionsOf(outcome: Outcome): number {
    return this[outcome].evictions
  }

  /** Copies of the entries, oldest first, in pieces. */
  words(outcome: Outcome, entriesEach: number): Uint32Array[] {
    return this[outcome].words(entriesEach)
  }

  /** Takes back what `words` gave, in order, into an empty table; what goes past its bounds is evicted. */
  load(outcome: Outcome, words: Uint32Array): void {
    this[outcome].load(words)
  }

  /** So many were evicted before what was loaded. */
  evictedBefore(outcome: Outcome, count: number): void {
    this[outcome].evictions += count
  }

  /** Everything in it, as text: two tables are equal where this is. */
  describe(): { accepted: string[]; rejected: string[]; evictions: number } {
    return {
      accepted: [...this.accepted.describe()],
      rejected: [...this.rejected.describe()],
      evictions: this.evictions,
    }
  }
}

function answer(ring: KeyRing, key: PackedKey, now: number): KeyLookup | null {
  const place = ring.find(key)
  if (place < 0 || ring.expiresAtSeconds(place) <= Math.floor(now / 1000)) return null
  return ring.sameBody(place, key) ? { kind: 'repeated', firstOffset: ring.offset(place) } : keyReused
}

const commandIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const bodyHashPattern = /^[0-9a-f]{64}$/i

/** The key packed last: one command is asked about four times on its way through a partition. */
let packed: { commandId: string; bodyHash: string; key: PackedKey } | null = null

/**
 * 96 of the 122 free bits of a UUID and the first 64 bits of a SHA-256 in hex; null where they are not such. Among 4 million random
 * ids any two share a key by chance with a probability of about 10^-16.
 */
export function packKey(commandId: string, bodyHash: string): PackedKey | null {
  if (packed !== null && packed.commandId === commandId && packed.bodyHash === bodyHash) return packed.key
  if (!commandIdPattern.test(commandId) || !bodyHashPattern.test(bodyHash)) return null
  const key: PackedKey = {
    k0: hexWord(commandId, 0, 8),
    // The digits between, without those of version and variant.
    k1: ((hexWord(commandId, 9, 10) << 28) | (hexWord(commandId, 20, 23) << 16) | hexWord(commandId, 24, 28)) >>> 0,
    k2: hexWord(commandId, 28, 36),
    b0: hexWord(bodyHash, 0, 8),
    b1: hexWord(bodyHash, 8, 16),
  }
  packed = { commandId, bodyHash, key }
  return key
}

function hexWord(text: string, from: number, to: number): number {
  let word = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    word = (word << 4) | ((code & 15) + (code > 57 ? 9 : 0))
  }
  return word >>> 0
}

/** The key alone, as the name of a Map or Set entry. */
export function keyText({ k0, k1, k2 }: PackedKey): string {
  return `${k0}.${k1}.${k2}`
}
