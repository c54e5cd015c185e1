import { createHmac, hash, type KeyObject } from 'node:crypto'

/** What makes two requests the same command. `show` is empty where the command makes the show. */
export interface CommandIdentity {
  caller: string
  /** Short record name of the command. */
  operation: string
  show: string
  /** The client's Idempotency-Key; it stays out of the log. */
  key: string
}

/** As a KeyObject it is made ready once; bytes are made ready for each digest, which takes four times as long as the digest. */
type Secret = Buffer | KeyObject

/** UUIDv8 text of the HMAC: the same request always gets the same id, and nobody can tell the key from it. */
export function commandIdOf(secret: Secret, identity: CommandIdentity): string {
  return uuidv8(digest(secret, 'command', identity))
}

/**
 * The id of the show that a ScheduleShow makes. It has to be the same when the request is sent again, and to name the
 * partition, so both parts come from the HMAC: the partition by a jump hash over the number of partitions, the rest as a
 * UUIDv8. When partitions are added, only a share (new ÷ all) of keys would go elsewhere, and only to the new partitions:
 * a ScheduleShow whose first try was before that and whose second is after it may then make a second show. The same holds where an
 * operator says which partitions new shows go to.
 */
export function showIdFor(secret: Secret, identity: CommandIdentity, partitions: number | readonly number[]): string {
  const bytes = digest(secret, 'show', identity)
  const [count, at] = typeof partitions === 'number' ? [partitions, null] : [partitions.length, partitions]
  const chosen = jumpHash(bytes.readBigUInt64BE(16), count)
  return `${at ? at[chosen] : chosen}.${uuidv8(bytes)}`
}

/** SHA-256 (hex) of canonical JSON: keys sorted, nothing undefined. */
export function bodyHash(body: unknown): string {
  return hash('sha256', canonicalJson(body), 'hex')
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** None of the parts can hold a NUL, so no two identities give the same text. */
function digest(secret: Secret, purpose: string, { caller, operation, show, key }: CommandIdentity): Buffer {
  return createHmac('sha256', secret).update([purpose, caller, operation, show, key].join('\0')).digest()
}

function uuidv8(digested: Buffer): string {
  const bytes = Buffer.from(digested.subarray(0, 16))
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Lamping and Veach's jump consistent hash. */
export function jumpHash(key: bigint, buckets: number): number {
  let bucket = -1
  let next = 0
  let state = key
  while (next < buckets) {
    bucket = next
    state = BigInt.asUintN(64, state * 2862933555777941757n + 1n)
    next = Math.floor((bucket + 1) * (2 ** 31 / (Number(state >> 33n) + 1)))
  }
  return bucket
}
