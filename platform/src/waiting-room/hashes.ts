import { createHash, createHmac } from 'node:crypto'

/** What a room's fold and its decisions are given to hash with. */
export const hashes = {
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex'),
}
