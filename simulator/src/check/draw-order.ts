import { createHmac } from 'node:crypto'

/** The order that a seed gives to those in the lobby: as docs say that anyone can work it out. */
export function drawOrder(seed: string, digest: string, entries: readonly string[]): string[] {
  const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex')
  const key = hmac(seed, digest)
  return entries
    .map((id) => ({ id, by: hmac(key, id) }))
    .sort((a, b) => (a.by < b.by ? -1 : 1))
    .map(({ id }) => id)
}
