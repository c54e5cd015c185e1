import type { JournalRecord } from '@onsale/platform/log'
import { placesOf } from '../../demo/reconcile.js'
import type { Place } from '../history.js'

/** What is read of a record of the journal. */
export type Fact = Pick<
  JournalRecord,
  'partition' | 'offset' | 'type' | 'data' | 'commandId' | 'commandOffset' | 'correlationId'
>

/** The first record of a decided command. */
export interface Answer extends Place {
  commandOffset: number
  type: string
  data: AnyData
}

interface AnyData {
  reservationId?: string
  /** Of a waiting room. */
  entryId?: string
  reason?: string
  seats?: (string | { seat: string })[]
  areas?: { area: string; quantity: number }[]
}

/** A reservation as it was from `offset` on: its status and places. */
export interface ReservationState {
  offset: number
  text: string
}

const statusAfter: Record<string, string> = {
  SeatsHeld: 'held',
  SeatsChanged: 'held',
  ReservationConfirmed: 'confirmed',
  HoldReleased: 'released',
  HoldExpired: 'expired',
  ReservationCancelled: 'cancelled',
}

/** The journal by what the check asks of it. Reads nothing but records, in order of their offsets in each partition. */
export class JournalFacts {
  /** By correlation id: every answer to a command that was sent under it. */
  readonly answers = new Map<string, Answer[]>()
  readonly reservations = new Map<string, ReservationState[]>()
  private readonly answered = new Set<string>()

  constructor(facts: Iterable<Fact>) {
    for (const fact of facts) this.add(fact)
  }

  placesIn(data: AnyData): string[] {
    const seats = (data.seats ?? []).map((seat) => (typeof seat === 'string' ? seat : seat.seat))
    return placesOf(
      seats,
      (data.areas ?? []).map(({ area, quantity }) => [area, quantity]),
    ).sort()
  }

  add({ partition, offset, type, data: untyped, commandOffset, correlationId }: Fact): void {
    const data = untyped as AnyData
    // Of what a command left the first record is its answer; more than one answer to one record of the log is the audit's affair.
    const command = `${partition}:${commandOffset}`
    if (commandOffset !== null && correlationId !== null && !this.answered.has(command)) {
      this.answered.add(command)
      const answers = this.answers.get(correlationId) ?? []
      answers.push({ partition, offset, commandOffset, type, data })
      this.answers.set(correlationId, answers)
    }
    const status = statusAfter[type]
    if (!status || !data.reservationId) return
    const states = this.reservations.get(data.reservationId) ?? []
    states.push({ offset, text: [status, ...this.placesIn(data)].join(' ') })
    this.reservations.set(data.reservationId, states)
  }
}
