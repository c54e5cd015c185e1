import { inOrder } from '../in-order.js'
import { SnapshotError } from '../show/snapshot-show.js'
import type { RoomSettings, RoomTimes } from './commands.js'
import { away, type EntryColumn, noPlace, waiting } from './entries.js'
import type { DrawHeld, RoomClosed, RoomPaused, RoomScheduled, StockReported } from './events.js'
import { entryIdOf, initialRoom, type RoomState } from './state.js'
import { timesToWords, wordsToTimes } from './words.js'

export const roomColumns = [
  ...(['states', 'places', 'owners', 'seen', 'ids', 'idStarts', 'latest'] as const satisfies EntryColumn[]),
  'admittedAt',
] as const
export type RoomColumn = (typeof roomColumns)[number]

/** entry, when its grace ends. */
export type AwayRow = [number, number]
/** entry, when its slot returns if it is not redeemed, places, whether it is redeemed. */
export type AdmissionRow = [number, number, number, 0 | 1]

/** Parts of one room. What follows from these is left out. */
export type RoomPart =
  | {
      part: 'room'
      version: number
      scheduled: Readonly<RoomScheduled>
      settings: RoomSettings & RoomTimes
      phase: RoomState['phase']
      paused: RoomPaused | null
      closed: RoomClosed | null
      lobbyDigest: string
      drawHeld: DrawHeld | null
      contested: { all: number; priority: number }
      term: number
      controllerId: string | null
      stock: StockReported | null
      nextPlace: number
      entries: number
      customers: number
      away: number
      admissions: number
      /** Times of admission. */
      times: number
    }
  | { part: 'room-column'; column: RoomColumn; words: Uint32Array }
  | { part: 'room-away'; rows: AwayRow[] }
  | { part: 'room-admissions'; rows: AdmissionRow[] }

const wordsEach = 100_000
const rowsEach = 5_000

export function* roomParts(state: RoomState, version: number): Generator<RoomPart> {
  const { entries, queue } = state
  yield {
    part: 'room',
    version,
    scheduled: inOrder(state.scheduled),
    settings: inOrder(state.settings),
    phase: state.phase,
    paused: inOrder(state.paused),
    closed: inOrder(state.closed),
    lobbyDigest: state.lobbyDigest,
    drawHeld: inOrder(state.drawHeld),
    contested: { ...state.contested },
    term: state.term,
    controllerId: state.controllerId,
    stock: inOrder(state.stock),
    nextPlace: queue.next,
    entries: entries.size,
    customers: entries.customers.size,
    away: state.away.size,
    admissions: state.admissions.size,
    times: state.admittedAt.size,
  }
  const columns = { ...entries.columns(), admittedAt: timesToWords(state.admittedAt.newest()) }
  for (const column of roomColumns) {
    for (let from = 0; from < columns[column].length; from += wordsEach) {
      yield { part: 'room-column', column, words: columns[column].slice(from, from + wordsEach) }
    }
  }
  const byEntry = (a: { entry: number }, b: { entry: number }) => a.entry - b.entry
  const gone = [...state.away.values()].sort(byEntry).map(({ entry, expiresAt }): AwayRow => [entry, expiresAt])
  for (let from = 0; from < gone.length; from += rowsEach) {
    yield { part: 'room-away', rows: gone.slice(from, from + rowsEach) }
  }
  const open = [...state.admissions.values()].sort(byEntry).map((one): AdmissionRow => {
    const redeemed = one.queuedAt < 0
    return [one.entry, redeemed ? 0 : one.expiresAt, one.places, redeemed ? 1 : 0]
  })
  for (let from = 0; from < open.length; from += rowsEach) {
    yield { part: 'room-admissions', rows: open.slice(from, from + rowsEach) }
  }
}

/** Builds a room again from its parts, in their order. */
export class RoomRestore {
  private readonly state: RoomState
  private readonly pieces = new Map<RoomColumn, Uint32Array[]>()

  constructor(private readonly head: Extract<RoomPart, { part: 'room' }>) {
    this.state = initialRoom(head.scheduled)
    const { settings, phase, paused, closed, lobbyDigest, drawHeld, contested, term, controllerId, stock } = head
    const changing = { settings, phase, paused, closed, lobbyDigest, drawHeld, contested, term, controllerId, stock }
    Object.assign(this.state, changing)
    this.state.queue.next = head.nextPlace
  }

  take(part: Exclude<RoomPart, { part: 'room' }>): void {
    const { state } = this
    if (part.part === 'room-column') {
      this.pieces.set(part.column, [...(this.pieces.get(part.column) ?? []), part.words])
    } else if (part.part === 'room-away') {
      for (const [entry, expiresAt] of part.rows) {
        if (state.away.has(entry)) this.fail(`entry ${entry} away twice`)
        const one = { id: entryIdOf(state, entry), entry, expiresAt, queuedAt: -1 }
        state.away.set(entry, one)
        state.awayUntil.add(one)
      }
    } else {
      for (const [entry, expiresAt, places, redeemed] of part.rows) {
        if (state.admissions.has(entry)) this.fail(`entry ${entry} admitted twice`)
        const one = { id: entryIdOf(state, entry), entry, expiresAt, places, queuedAt: -1 }
        state.admissions.set(entry, one)
        state.takenPlaces += places
        if (redeemed === 0) state.unredeemed.add(one)
      }
    }
  }

  finish(): RoomState {
    const { state, head } = this
    const column = (name: RoomColumn) => joined(this.pieces.get(name) ?? [])
    const columns = Object.fromEntries(roomColumns.map((name) => [name, column(name)]))
    try {
      state.entries.load(head.entries, head.customers, columns as Record<EntryColumn, Uint32Array>)
    } catch (error) {
      this.fail((error as Error).message)
    }
    state.admittedAt.atLeast(state.settings.ratePerMinute)
    const times = wordsToTimes(column('admittedAt'))
    if (times.length !== head.times) this.fail(`${times.length} times of admission`)
    state.admittedAt.atLeast(times.length)
    for (const at of times) state.admittedAt.add(at)
    if (state.away.size !== head.away) this.fail(`${state.away.size} away`)
    if (state.admissions.size !== head.admissions) this.fail(`${state.admissions.size} admissions`)
    this.seatAll()
    return state
  }

  private seatAll(): void {
    const { entries, queue, drawHeld } = this.state
    for (let entry = 0; entry < entries.size; entry++) {
      const place = entries.place(entry)
      const status = entries.status(entry)
      if (status === away && !this.state.away.has(entry)) this.fail(`entry ${entry} is not among those away`)
      if (place === noPlace) continue
      queue.seat(place, entry)
      if (place < (drawHeld?.entries ?? 0)) queue.drawn++
      if (status === waiting) queue.lane(entries.isPriority(entry)).add(place)
    }
  }

  private fail(what: string): never {
    throw new SnapshotError(`room ${this.state.scheduled.showId}: ${what}`)
  }
}

function joined(pieces: readonly Uint32Array[]): Uint32Array {
  const words = new Uint32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    words.set(piece, at)
    at += piece.length
  }
  return words
}
