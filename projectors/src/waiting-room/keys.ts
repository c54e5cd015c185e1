import { customerField, entryField } from '@onsale/platform/redis-views'
import { viewKey } from '../redis/key-batch.js'

/** Hash: phase, settings, what is published of the draw, pause, stock. */
export const roomKey = (showId: string) => viewKey('room', showId)
/** Hash: how many have joined, were admitted, … since the room was scheduled. */
export const tallyKey = (showId: string) => viewKey('tally', showId)
/** Hash: `<a, r or d><number of the ten seconds>`: admissions, slots that returned, visitors who went, of the last while. */
export const paceKey = (showId: string) => viewKey('pace', showId)
/** Sorted set of those who wait, by place; in the lobby by `lobbyScore`. Members are entries' numbers, base 36. */
export const lineKey = (showId: string) => viewKey('line', showId)
/** Likewise, of those who left and may come back to their place. */
export const awayKey = (showId: string) => viewKey('away', showId)
/** Sorted set of the admitted who have not redeemed, by when their admission runs out. */
export const admittedKey = (showId: string) => viewKey('admitted', showId)
/** Set of those whose admission is redeemed and not over. */
export const activeKey = (showId: string) => viewKey('active', showId)
/** Hash: first place of a piece of the draw → its entries, base 36, in the order of their places. */
export const drawnKey = (showId: string) => viewKey('drawn', showId)

/** The entry that a customer had last. */
export const whoKey = (showId: string, customerId: string) => {
  const { piece, field } = customerField(customerId)
  return { key: viewKey('who', showId, piece), field }
}

/** What an entry is, where it does not simply wait: a letter and what belongs to it (`states`). */
export const entryKey = (showId: string, entry: number) => {
  const { piece, field } = entryField(entry)
  return { key: viewKey('entry', showId, piece), field }
}

/** Before every place. */
export const lobbyScore = -1

/** n of `<showId>.<n>`. */
export const numberOf = (entryId: string): number => Number(entryId.slice(entryId.lastIndexOf('.') + 1))
export const memberOf = (entry: number): string => entry.toString(36)
