import { askAgainSeconds, askWhileNobodyMoves, forecast, type Pace, paceOf } from '@onsale/domain'
import { isoTime } from '../http/fields.js'
import type { EntryLook } from '../rooms/entry-look.js'
import type { RoomLook } from '../rooms/room-look.js'
import type { OwnPlaceBody } from './response.js'

/** A room as everybody in it is told of, worked out once for all of them. */
export interface RoomNow {
  showId: string
  look: RoomLook
  state: OwnPlaceBody['state']
  reason: string | null
  pace: Pace | null
  stock: OwnPlaceBody['stock']
}

export interface Signers {
  admission(showId: string, customerId: string, of: { entryId: string; expiresAt: number }): string
  heartbeat(customerId: string, of: { entryId: string; everySeconds: number }): string
}

export function roomNow(showId: string, look: RoomLook, categories: CategoryStock[] | null, now: number): RoomNow {
  const [state, reason] = stateOf(look)
  return {
    ...{ showId, look, state, reason },
    pace: state === 'open' ? paceOfRoom(look, now) : null,
    stock: look.stock && { freePlaces: look.stock.freePlaces, categories },
  }
}

export interface CategoryStock {
  category: string
  free: number
}

function stateOf({ phase, paused, closedReason, draw }: RoomLook): [OwnPlaceBody['state'], string | null] {
  if (phase === 'closed') return ['closed', closedReason]
  if (paused) return [paused.stopped ? 'stopped' : 'paused', paused.reason]
  return [phase === 'open' && draw.drawn < draw.entries ? 'drawing' : phase, null]
}

function paceOfRoom(look: RoomLook, now: number): Pace | null {
  const { openedAt, since, settings, admitted, active, waiting, stretches, stock } = look
  if (openedAt === null || !stock || stock.freePlaces === 0) return null
  // Where stock is short, those who have reserved count less than those who may take anything.
  const slots = Math.min(settings.slots, active + Math.ceil(stock.freePlaces / stock.perCustomerLimit))
  const { ratePerMinute } = settings
  return paceOf({ now, since, openedAt, ratePerMinute, slots, open: admitted + active, waiting, stretches })
}

const onTheMove = 5
const over = 60

/** What the visitor of an entry is told. Pure. */
export function ownPlace(
  room: RoomNow,
  { entry, status, place, ahead, until }: EntryLook,
  customerId: string,
  now: number,
  sign: Signers,
): OwnPlaceBody {
  const { showId, look, state, reason, pace, stock } = room
  const entryId = `${showId}.${entry}`
  const isLive = status === 'waiting' || status === 'away'
  const shownAhead = state === 'drawing' ? null : ahead
  const foreseen = pace && shownAhead !== null ? forecast(pace, shownAhead) : null
  const admittedUntil = status === 'admitted' && until !== null && until > now ? until : null
  const heartbeatSeconds = isLive && state !== 'closed' ? Math.max(1, Math.floor(look.settings.graceMs / 3_000)) : null
  return {
    ...{ showId, entryId, state, reason, status, place },
    ...{ ahead: shownAhead, waiting: look.waiting },
    wait: foreseen && secondsOf(foreseen),
    stock,
    opensAt: isoTime(look.settings.opensAt),
    admission:
      admittedUntil === null ? null : sign.admission(showId, customerId, { entryId, expiresAt: admittedUntil }),
    admissionExpiresAt: admittedUntil === null ? null : isoTime(admittedUntil),
    keptUntil: status === 'away' && until !== null ? isoTime(until) : null,
    askAgainSeconds: isLive ? askAgain(room, entry, shownAhead, now) : status === 'admitted' ? onTheMove : over,
    heartbeat:
      heartbeatSeconds === null ? null : sign.heartbeat(customerId, { entryId, everySeconds: heartbeatSeconds }),
    heartbeatSeconds,
  }
}

export const secondsOf = ({ p50Ms, p90Ms }: { p50Ms: number; p90Ms: number }) => ({
  p50Seconds: Math.round(p50Ms / 1_000),
  p90Seconds: Math.ceil(p90Ms / 1_000),
})

function askAgain({ look, state }: RoomNow, entry: number, ahead: number | null, now: number): number {
  const spread = spreadOf(entry)
  if (state === 'closed') return over
  if (state === 'open' && ahead !== null) return askAgainSeconds(ahead, look.waiting, spread)
  const isToOpen = state === 'scheduled' || state === 'lobby'
  return askWhileNobodyMoves(look.waiting, spread, isToOpen ? Math.max(0, look.settings.opensAt - now) : null)
}

/** In [0, 1), evenly: neighbours are not told the same. */
const spreadOf = (entry: number): number => ((entry * 2_654_435_769) % 2 ** 32) / 2 ** 32
