import { type Expiring, ExpiryQueue, queueingObjects } from '../show/expiry-queue.js'
import { AdmissionTimes } from './admission-times.js'
import type { RoomSettings, RoomTimes } from './commands.js'
import { grown } from './customers.js'
import type { Draw } from './draw.js'
import { Entries } from './entries.js'
import type { DrawHeld, RoomClosed, RoomPaused, RoomScheduled, StockReported } from './events.js'
import { WaitingPlaces } from './waiting-places.js'

/** So long after an admission has run out its slot is still kept: the show may have redeemed it, and its word be on the way. */
export const evidenceMs = 5_000

export const maxEntries = 5_000_000

/** Of an entry that may come back. Its id is the entry's. */
export interface Away extends Expiring {
  readonly entry: number
}

export interface OpenAdmission extends Expiring {
  readonly entry: number
  /** When its slot returns, if it is not redeemed. */
  readonly expiresAt: number
  /** That its reservation has; 0 before it is redeemed. */
  places: number
}

/** The queue: which entry has which place, and which places wait, by lane. */
export class Queue {
  private entries = new Int32Array(1_024)
  readonly standard = new WaitingPlaces()
  readonly priority = new WaitingPlaces()
  /** The place of whoever comes next. */
  next = 0
  /** Places of the draw that are given; the first ones. */
  drawn = 0

  get waiting(): number {
    return this.standard.size + this.priority.size
  }

  get byteLength(): number {
    return this.entries.byteLength + this.standard.byteLength + this.priority.byteLength
  }

  entryAt(place: number): number {
    return this.entries[place]!
  }

  seat(place: number, entry: number): void {
    if (place >= this.entries.length) this.entries = grown(this.entries, Math.max(place + 1, this.entries.length * 1.5))
    this.entries[place] = entry
  }

  lane(priority: boolean): WaitingPlaces {
    return priority ? this.priority : this.standard
  }

  /** People who wait before a place. */
  ahead(place: number): number {
    return this.standard.before(place) + this.priority.before(place)
  }
}

/** One waiting room. It belongs to its caller, and `evolve` changes it in place. `describeRoom` gives all of it. */
export interface RoomState {
  readonly scheduled: Readonly<RoomScheduled>
  settings: RoomSettings & RoomTimes
  phase: 'scheduled' | 'lobby' | 'open' | 'closed'
  paused: RoomPaused | null
  closed: RoomClosed | null
  /** Over all who joined the lobby, in order. */
  lobbyDigest: string
  drawHeld: DrawHeld | null
  /** The work of the draw while it is under way: follows from the rest, and is left out of descriptions. */
  draw: Draw | null
  readonly entries: Entries
  readonly queue: Queue
  readonly away: Map<number, Away>
  readonly awayUntil: ExpiryQueue<Away>
  readonly admissions: Map<number, OpenAdmission>
  /** Those that are not redeemed, by when their slots return. */
  readonly unredeemed: ExpiryQueue<OpenAdmission>
  /** Places that the reservations of open admissions have. */
  takenPlaces: number
  readonly admittedAt: AdmissionTimes
  /** Admissions while both lanes waited, since the share was set. */
  contested: { all: number; priority: number }
  /** 0: nobody has claimed. */
  term: number
  controllerId: string | null
  stock: StockReported | null
}

export function initialRoom(scheduled: RoomScheduled): RoomState {
  const { ratePerMinute, slots, admissionMs, graceMs, priorityPercent, lobbyFrom, opensAt, commitment } = scheduled
  return {
    scheduled,
    settings: { ratePerMinute, slots, admissionMs, graceMs, priorityPercent, lobbyFrom, opensAt },
    phase: 'scheduled',
    paused: null,
    closed: null,
    lobbyDigest: commitment,
    drawHeld: null,
    draw: null,
    entries: new Entries(),
    queue: new Queue(),
    away: new Map(),
    awayUntil: new ExpiryQueue<Away>(queueingObjects),
    admissions: new Map(),
    unredeemed: new ExpiryQueue<OpenAdmission>(queueingObjects),
    takenPlaces: 0,
    admittedAt: new AdmissionTimes(ratePerMinute),
    contested: { all: 0, priority: 0 },
    term: 0,
    controllerId: null,
    stock: null,
  }
}

export const entryIdOf = (state: RoomState, entry: number): string => `${state.scheduled.showId}.${entry}`

/** The number of an entry of this room; -1 where it has no such entry. */
export function entryNumber(state: RoomState, entryId: string): number {
  const { showId } = state.scheduled
  if (!entryId.startsWith(`${showId}.`)) return -1
  const digits = entryId.slice(showId.length + 1)
  return /^(?:0|[1-9]\d{0,7})$/.test(digits) && Number(digits) < state.entries.size ? Number(digits) : -1
}

/** Whether places of the draw are still to be given. */
export function isDrawing({ drawHeld, queue }: RoomState): boolean {
  return drawHeld !== null && queue.drawn < drawHeld.entries
}

/** Places that open admissions may still take. */
export function unspentPlaces({ admissions, takenPlaces, stock }: RoomState): number {
  return admissions.size * (stock?.perCustomerLimit ?? 0) - takenPlaces
}

/** People who wait ahead of an entry that waits in the queue; null where it does not, or has no place yet. */
export function aheadOf(state: RoomState, entry: number): number | null {
  const place = state.entries.place(entry)
  return place >= 0 && state.queue.lane(state.entries.isPriority(entry)).has(place) ? state.queue.ahead(place) : null
}

/** When time next causes an event, UTC ms; null: never. */
export function nextRoomDeadline(state: RoomState): number | null {
  const { phase, settings, awayUntil, unredeemed, drawHeld } = state
  if (drawHeld && isDrawing(state)) return drawHeld.heldAt
  const at = Math.min(
    phase === 'scheduled' ? settings.lobbyFrom : Number.POSITIVE_INFINITY,
    phase === 'closed' ? Number.POSITIVE_INFINITY : (awayUntil.first()?.expiresAt ?? Number.POSITIVE_INFINITY),
    unredeemed.first()?.expiresAt ?? Number.POSITIVE_INFINITY,
  )
  return at === Number.POSITIVE_INFINITY ? null : at
}
