import { createHash, createHmac } from 'node:crypto'
import type { Hashes } from '../waiting-room/hashes.js'

export const textHashes: Hashes = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
}
