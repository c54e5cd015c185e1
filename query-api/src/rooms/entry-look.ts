/** What an entry is by now. */
export interface EntryLook {
  /** n of `<showId>.<n>`. */
  entry: number
  status: 'waiting' | 'away' | 'admitted' | 'active' | 'completed' | 'left' | 'skipped' | 'expired'
  /** In the queue, from 0; null in the lobby, and where it is no longer known. */
  place: number | null
  /** People who wait before it; null where it does not wait in the queue. */
  ahead: number | null
  /** Of an admission, or until when the place of one who left is kept; UTC ms. */
  until: number | null
}

const statuses = {
  b: 'away',
  a: 'admitted',
  r: 'active',
  c: 'completed',
  l: 'left',
  s: 'skipped',
  x: 'expired',
} as const

/** As the scripts give it; null where there is none. */
export function entryLookOf([member, state, score, rank]: unknown[]): EntryLook | null {
  if (member === undefined) return null
  const entry = Number.parseInt(`${member}`, 36)
  const words = `${state}`.split(' ')
  const [letter = '', second, third] = words
  const scored = `${score}` === '' || Number(`${score}`) < 0 ? null : Number(`${score}`)
  if (letter === '') {
    const ahead = scored === null || `${rank}` === '' ? null : Number(`${rank}`)
    return { entry, status: 'waiting', place: scored, ahead, until: null }
  }
  const status = statuses[letter as keyof typeof statuses]
  return {
    entry,
    status,
    place: status === 'admitted' ? Number(third) : scored,
    ahead: null,
    until: status === 'admitted' || status === 'away' ? Number(second) : null,
  }
}
