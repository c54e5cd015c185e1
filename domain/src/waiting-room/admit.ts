import { accepted, type Decision, rejected } from '../show/rejections.js'
import { about } from './about.js'
import type { AdmitVisitors, DropAbsent } from './commands.js'
import { isLive } from './entries.js'
import type { RoomEvent } from './events.js'
import { nextLane } from './lanes.js'
import { entryNumber, isDrawing, type RoomState, unspentPlaces } from './state.js'

/** Of one command: more come with the next. */
const mostAdmissions = 500

/** Who is next, for as long as rate, slots and stock allow: each of the limits is looked at here, whoever asks. */
export function decideAdmit(state: RoomState, { term, most }: AdmitVisitors, now: number): Decision<RoomEvent> {
  const outdated = notInForce(state, term)
  if (outdated) return outdated
  if (!state.drawHeld) return rejected('room-not-open')
  if (state.paused) return rejected('room-paused', state.paused.reason)
  if (!Number.isInteger(most) || most < 1) return rejected('count-invalid')
  if (isDrawing(state)) return rejected('draw-not-finished', `${state.queue.drawn}`, `${state.drawHeld.entries}`)
  const { settings, stock, admissions } = state
  if (!stock) return rejected('stock-unknown')
  const rate = state.admittedAt.allowance(settings.ratePerMinute, now)
  if (state.queue.waiting === 0) return rejected('nobody-waiting')
  if (admissions.size >= settings.slots) return rejected('slots-full')
  if (rate === 0) return rejected('rate-reached')
  const unspent = unspentPlaces(state)
  if (unspent >= stock.freePlaces) return rejected('stock-covered', `${stock.freePlaces}`, `${unspent}`)

  const count = Math.min(most, mostAdmissions, rate, settings.slots - admissions.size)
  const events: RoomEvent[] = []
  const next = nextLane(state)
  while (events.length < count) {
    const unspentPlacesNow = unspent + events.length * stock.perCustomerLimit
    const place = unspentPlacesNow < stock.freePlaces ? next() : -1
    if (place < 0) break
    const entry = state.queue.entryAt(place)
    events.push({
      type: 'AdmissionGranted',
      data: {
        ...about(state, entry),
        lane: state.entries.isPriority(entry) ? 'priority' : 'standard',
        place,
        term,
        stockVersion: stock.showVersion,
        stockOffset: stock.showOffset,
        freePlaces: stock.freePlaces,
        unspentPlaces: unspentPlacesNow,
        openAdmissions: admissions.size + events.length + 1,
        admittedAt: now,
        expiresAt: now + settings.admissionMs,
      },
    })
  }
  return accepted(...events)
}

/** Those of the entries that wait (or may come back), and of whom nothing has been heard for the grace period, nor by the log. */
export function decideDropAbsent(state: RoomState, command: DropAbsent, now: number): Decision<RoomEvent> {
  const outdated = notInForce(state, command.term)
  if (outdated) return outdated
  const { graceMs } = state.settings
  const dropped = new Set<number>()
  const events: RoomEvent[] = []
  for (const { entryId, lastSeenAt } of command.entries.slice(0, mostAdmissions)) {
    const entry = entryNumber(state, entryId)
    if (entry < 0 || dropped.has(entry) || !isLive(state.entries.status(entry))) continue
    if (Math.max(lastSeenAt, state.entries.seenAt(entry)) + graceMs > now) continue
    dropped.add(entry)
    events.push({ type: 'EntrySkipped', data: { ...about(state, entry), lastSeenAt, skippedAt: now } })
  }
  return events.length > 0 ? accepted(...events) : rejected('nobody-absent')
}

/** Of an older term, or of one that nobody has claimed. */
function notInForce(state: RoomState, term: number): ReturnType<typeof rejected> | null {
  if (state.closed) return rejected('room-closed', state.closed.reason)
  return term === state.term ? null : rejected('term-outdated', `${state.term}`)
}
