import type { CountedReservation } from './counted-reservation.js'
import type { Held } from './show-events.js'

/** What became of a reservation that was made with an admission, as its show tells it. */
export interface AdmissionUse {
  reservationId: string
  customerId: string
  heldAt: number
  /** Of the event that made it. */
  offset: number
  changes: UseChange[]
}

export interface UseChange {
  offset: number
  reservation: 'held' | 'confirmed' | 'ended'
  places: number
}

/** What a waiting room may ask of its show: how much was free at each version, and what became of each admission. */
export class ShowStock {
  /** By version - 1. */
  private readonly offsets: number[] = []
  private readonly free: number[] = []
  readonly uses = new Map<string, AdmissionUse>()
  private readonly byReservation = new Map<string, AdmissionUse>()

  /** To be called after each event of the show, in order. */
  passed(version: number | null, offset: number, free: number): void {
    if (version === null) return
    this.offsets[version - 1] = offset
    this.free[version - 1] = free
  }

  /** Null where the show has no such version. */
  at(version: number): { offset: number; free: number } | null {
    const offset = this.offsets[version - 1]
    return offset === undefined ? null : { offset, free: this.free[version - 1] as number }
  }

  held({ reservationId, customerId, heldAt, admissionId }: Held, offset: number): void {
    if (!admissionId) return
    const use = { reservationId, customerId, heldAt, offset, changes: [] }
    // The first one stands: a second is a violation of its own.
    if (!this.uses.has(admissionId)) this.uses.set(admissionId, use)
    this.byReservation.set(reservationId, use)
  }

  /** What a reservation is after an event about it. Once it is confirmed, what becomes of it does not concern the room. */
  is(reservationId: string, { status, places }: CountedReservation, offset: number): void {
    const changes = this.byReservation.get(reservationId)?.changes
    if (changes === undefined || changes.at(-1)?.reservation === 'confirmed') return
    const reservation = status === 'held' || status === 'confirmed' ? status : 'ended'
    changes.push({ offset, reservation, places })
  }

  /** What an admission had become at an offset of the show's journal; null where nothing had been made with it. */
  useAt(entryId: string, offset: number): (UseChange & { customerId: string }) | null {
    const use = this.uses.get(entryId)
    const change = use?.changes.findLast((it) => it.offset <= offset)
    return use && change ? { ...change, customerId: use.customerId } : null
  }
}
