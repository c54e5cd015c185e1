import { ContradictionError, type Fail } from '../show/evolve.js'
import { nextDigest } from './draw.js'
import { away, completed, expired, isLive, isOver, left, noPlace, skipped, waiting } from './entries.js'
import type { DrawHeld, EntryJoined, PlacesDrawn, RoomChanged, RoomEvent } from './events.js'
import { endAdmission, grant, redeem, spend } from './evolve-admission.js'
import type { Hashes } from './hashes.js'
import { entryNumber, initialRoom, type RoomState } from './state.js'

/**
 * Applies an event. `state` (null before RoomScheduled) is changed in place and returned. Throws ContradictionError, with the state
 * unchanged, on an event that can't follow: a place given twice, an entry that does not wait, a type that this code does not know.
 */
export function evolveRoom(state: RoomState | null, event: RoomEvent, hashes: Hashes): RoomState {
  const fail: Fail = (what) => {
    throw new ContradictionError(event.data.showId, event.type, what)
  }
  if (event.type === 'RoomScheduled') return state ? fail('the room was scheduled before') : initialRoom(event.data)
  if (!state) return fail('the room was not scheduled')
  if (event.data.showId !== state.scheduled.showId) return fail(`it was given to room ${state.scheduled.showId}`)
  apply(state, event, hashes, fail)
  return state
}

function apply(
  state: RoomState,
  event: Exclude<RoomEvent, { type: 'RoomScheduled' }>,
  hashes: Hashes,
  fail: Fail,
): void {
  switch (event.type) {
    case 'LobbyOpened':
      if (state.phase !== 'scheduled') fail(`the room is ${state.phase}`)
      state.phase = 'lobby'
      return
    case 'EntryJoined':
      join(state, event.data, hashes, fail)
      return
    case 'PlaceKept':
      keep(state, theEntry(state, event.data, fail), event.data.keptAt, fail)
      return
    case 'EntryLeft':
      leave(state, theEntry(state, event.data, fail), event.data, fail)
      return
    case 'PlaceForfeited': {
      const entry = theEntry(state, event.data, fail)
      if (state.entries.status(entry) !== away) fail(`${event.data.entryId} is not away`)
      dropOut(state, entry, left)
      return
    }
    case 'EntrySkipped': {
      const entry = theEntry(state, event.data, fail)
      if (!isLive(state.entries.status(entry))) fail(`${event.data.entryId} does not wait`)
      dropOut(state, entry, skipped)
      return
    }
    case 'DrawHeld':
      holdDraw(state, event.data, fail)
      return
    case 'PlacesDrawn':
      drawPlaces(state, event.data, fail)
      return
    case 'RoomPaused':
      state.paused = event.data
      return
    case 'RoomResumed':
      if (!state.paused) fail('it was not paused')
      state.paused = null
      return
    case 'RoomClosed':
      if (state.closed) fail('it was closed before')
      state.phase = 'closed'
      state.closed = event.data
      return
    case 'RoomChanged':
      change(state, event.data)
      return
    case 'TermClaimed':
      if (event.data.term !== state.term + 1) fail(`term ${event.data.term} after ${state.term}`)
      state.term = event.data.term
      state.controllerId = event.data.controllerId
      return
    case 'StockReported':
      if (event.data.fromVersion !== (state.stock?.showVersion ?? 0))
        fail(`it does not follow what was reported before`)
      state.stock = event.data
      return
    case 'AdmissionGranted':
      grant(state, theEntry(state, event.data, fail), event.data, fail)
      return
    case 'AdmissionRedeemed':
      redeem(state, theEntry(state, event.data, fail), event.data, fail)
      return
    case 'AdmissionSpent':
      spend(state, theEntry(state, event.data, fail), event.data, fail)
      return
    case 'AdmissionCompleted':
      endAdmission(state, theEntry(state, event.data, fail), completed, fail)
      return
    case 'AdmissionExpired':
      endAdmission(state, theEntry(state, event.data, fail), expired, fail)
      return
    default: {
      const unknown: never = event
      fail(`this code does not know such an event: ${(unknown as RoomEvent).type}`)
    }
  }
}

function join(state: RoomState, joined: EntryJoined, hashes: Hashes, fail: Fail): void {
  const { entries, queue, phase } = state
  const { entryId, customerId, lane, place, joinedAt } = joined
  if (entryId !== `${state.scheduled.showId}.${entries.size}`) fail(`${entryId} is not the next entry`)
  const before = entries.of(customerId)
  if (before >= 0 && !isOver(entries.status(before))) fail(`the customer has entry ${before}`)
  if (phase !== 'lobby' && phase !== 'open') fail(`the room is ${phase}`)
  if (place !== (phase === 'lobby' ? null : queue.next)) fail(`place ${place}, the next one is ${queue.next}`)
  if (place === null) state.lobbyDigest = nextDigest(hashes, state.lobbyDigest, joined)
  const isPriority = lane === 'priority'
  const entry = entries.add(customerId, isPriority, place ?? noPlace, joinedAt)
  if (place === null) return
  queue.next++
  queue.seat(place, entry)
  queue.lane(isPriority).add(place)
}

function keep(state: RoomState, entry: number, keptAt: number, fail: Fail): void {
  const { entries, queue } = state
  const status = entries.status(entry)
  if (isOver(status)) fail(`entry ${entry} is over`)
  entries.setSeenAt(entry, keptAt)
  if (status !== away) return
  noLongerAway(state, entry)
  entries.setStatus(entry, waiting)
  const place = entries.place(entry)
  if (place !== noPlace) queue.lane(entries.isPriority(entry)).add(place)
}

function leave(
  state: RoomState,
  entry: number,
  { entryId, keptUntil }: { entryId: string; keptUntil: number },
  fail: Fail,
): void {
  if (state.entries.status(entry) !== waiting) fail(`${entryId} does not wait`)
  dropOut(state, entry, away)
  const one = { id: entryId, entry, expiresAt: keptUntil, queuedAt: -1 }
  state.away.set(entry, one)
  state.awayUntil.add(one)
}

function dropOut(state: RoomState, entry: number, status: typeof away | typeof left | typeof skipped): void {
  const { entries, queue } = state
  if (entries.status(entry) === away) noLongerAway(state, entry)
  entries.setStatus(entry, status)
  const place = entries.place(entry)
  if (place !== noPlace) queue.lane(entries.isPriority(entry)).remove(place)
}

function noLongerAway({ away, awayUntil }: Pick<RoomState, 'away' | 'awayUntil'>, entry: number): void {
  awayUntil.remove(away.get(entry)!)
  away.delete(entry)
}

function holdDraw(state: RoomState, held: DrawHeld, fail: Fail): void {
  const { entries, queue } = state
  if (state.phase !== 'lobby') fail(`the room is ${state.phase}`)
  if (held.lobbyDigest !== state.lobbyDigest) fail(`the digest of the lobby is ${state.lobbyDigest}`)
  if (held.entries !== entries.live) fail(`${held.entries} entries, but ${entries.live} are in the lobby`)
  for (let entry = 0; entry < entries.size; entry++) if (isLive(entries.status(entry))) entries.setDrawn(entry)
  state.drawHeld = held
  state.phase = 'open'
  queue.next = held.entries
}

function drawPlaces(state: RoomState, { firstPlace, entries: drawn }: PlacesDrawn, fail: Fail): void {
  const { entries, queue, drawHeld } = state
  const end = firstPlace + drawn.length
  if (firstPlace !== queue.drawn || end > (drawHeld?.entries ?? 0)) fail(`place ${queue.drawn} is due`)
  if (new Set(drawn).size !== drawn.length) fail('an entry is there twice')
  for (const entry of drawn) {
    const isDue = entry >= 0 && entry < entries.size && entries.isDrawn(entry) && entries.place(entry) === noPlace
    if (!isDue) fail(`entry ${entry} is not to be drawn, or was before`)
  }
  drawn.forEach((entry, at) => {
    const place = firstPlace + at
    entries.setPlace(entry, place)
    queue.seat(place, entry)
    if (entries.status(entry) === waiting) queue.lane(entries.isPriority(entry)).add(place)
  })
  queue.drawn = end
  if (end === drawHeld?.entries) state.draw = null
}

function change(state: RoomState, changed: RoomChanged): void {
  const { ratePerMinute, slots, admissionMs, graceMs, priorityPercent, lobbyFrom, opensAt } = changed
  if (priorityPercent !== state.settings.priorityPercent) state.contested = { all: 0, priority: 0 }
  state.admittedAt.atLeast(ratePerMinute)
  state.settings = { ratePerMinute, slots, admissionMs, graceMs, priorityPercent, lobbyFrom, opensAt }
}

/** The number of the entry that an event is about, once the event says the same of it as the state does. */
function theEntry(state: RoomState, event: { entryId: string; customerId: string }, fail: Fail): number {
  const entry = entryNumber(state, event.entryId)
  if (entry < 0) return fail(`there is no entry ${event.entryId}`)
  if (state.entries.customerId(entry) !== event.customerId) fail(`${event.entryId} is not that customer's`)
  return entry
}
