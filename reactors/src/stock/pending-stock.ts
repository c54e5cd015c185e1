import type { AdmissionChange, ShowEvent } from '@onsale/domain'

/** The show as one of its events left it. */
export interface StockStep {
  version: number
  /** Of that event, in the show's journal. */
  offset: number
  freePlaces: number
  perCustomerLimit: number
}

interface ChangeStep extends StockStep {
  change: AdmissionChange
}

/** What a room is told of its show next. */
export interface StockReport extends StockStep {
  fromVersion: number
  changes: AdmissionChange[]
}

/** A command stays small: more come with the next. */
const mostChanges = 200

/**
 * Of one show: what its room has yet to hear. It follows from the show's journal and from the version that the room knows, so nothing of it
 * needs to be kept.
 */
export class PendingStock {
  private latest: StockStep | null = null
  private changes: ChangeStep[] = []
  /** Of live reservations that were made with an admission. */
  private readonly entries = new Map<string, string>()

  /** @param places that the event's reservation has after it; 0 where it has none */
  take(event: ShowEvent, step: StockStep, places: number): void {
    this.latest = step
    const change = this.changeOf(event, places)
    if (change) this.changes.push({ ...step, change })
  }

  /** The room knows the show as it was at `version`. */
  known(version: number): void {
    const first = this.changes.findIndex((change) => change.version > version)
    this.changes = first < 0 ? [] : this.changes.slice(first)
  }

  /** Null where the room knows all that matters. `known` is what it was told last; null: nothing yet. */
  next(known: { showVersion: number; freePlaces: number; perCustomerLimit: number } | null): StockReport | null {
    const { latest } = this
    const fromVersion = known?.showVersion ?? 0
    if (!latest || latest.version <= fromVersion) return null
    const due = this.changes.filter(({ version }) => version > fromVersion)
    if (known && due.length === 0 && isSame(known, latest)) return null
    const told = due.slice(0, mostChanges)
    const to = told.length < due.length ? told.at(-1)! : latest
    const { version, offset, freePlaces, perCustomerLimit } = to
    return { version, offset, freePlaces, perCustomerLimit, fromVersion, changes: told.map(({ change }) => change) }
  }

  private changeOf(event: ShowEvent, places: number): AdmissionChange | null {
    if (!isOfReservation(event)) return null
    const { reservationId } = event.data
    if (event.type === 'SeatsHeld' && event.data.admissionId !== null)
      this.entries.set(reservationId, event.data.admissionId)
    const entryId = this.entries.get(reservationId)
    if (entryId === undefined) return null
    switch (event.type) {
      case 'SeatsHeld':
      case 'SeatsChanged':
        return { entryId, reservation: 'held', places }
      case 'ReservationConfirmed':
        // What becomes of it afterwards does not concern the room.
        this.entries.delete(reservationId)
        return { entryId, reservation: 'confirmed', places }
      case 'HoldReleased':
      case 'HoldExpired':
      case 'ReservationCancelled':
        this.entries.delete(reservationId)
        return { entryId, reservation: 'ended', places: 0 }
      case 'HoldExtended':
        return null
      default: {
        const unknown: never = event
        throw new Error(`no change follows from ${(unknown as ShowEvent).type}`)
      }
    }
  }
}

type ReservationEvent = Extract<ShowEvent, { data: { reservationId: string } }>
const isOfReservation = (event: ShowEvent): event is ReservationEvent => 'reservationId' in event.data

const isSame = (a: { freePlaces: number; perCustomerLimit: number }, b: StockStep) =>
  a.freePlaces === b.freePlaces && a.perCustomerLimit === b.perCustomerLimit
