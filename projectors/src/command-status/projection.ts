import { type DomainEventType, type Handler, type Handlers, projection } from '../runtime/index.js'
import { commandStatus } from './table.js'

/** What each event says of the command that it answers, as rows of `table`. */
export function answersIn(table: typeof commandStatus): Handlers {
  /** The first event of a command says that it was accepted; events that time caused answer nobody. */
  const accept: Handler<DomainEventType> = (event, rows) => {
    if (event.commandId === null) return
    rows.put(table, {
      command_id: event.commandId,
      outcome: 'accepted',
      reason: null,
      details: '[]',
      caller_id: event.callerId,
      subject: event.subject,
      reservation_id: 'reservationId' in event.data ? event.data.reservationId : null,
      partition_no: event.partition,
      answer_offset: event.offset,
      decided_at: event.time,
    })
  }
  /** Every domain event, so that a new type of event cannot be forgotten here. */
  const accepting = {
    ShowScheduled: accept,
    SeatsHeld: accept,
    HoldReleased: accept,
    HoldExpired: accept,
    ReservationConfirmed: accept,
    ReservationCancelled: accept,
    HoldExtended: accept,
    SeatsChanged: accept,
    ShowPublished: accept,
    SalesPaused: accept,
    SalesResumed: accept,
    ShowRescheduled: accept,
    PlacesWithdrawn: accept,
    PlacesAdded: accept,
    PlanChanged: accept,
    ShowCancelled: accept,
    AdmissionRequired: accept,
    AdmissionLifted: accept,
    RoomScheduled: accept,
    LobbyOpened: accept,
    EntryJoined: accept,
    PlaceKept: accept,
    EntryLeft: accept,
    PlaceForfeited: accept,
    EntrySkipped: accept,
    DrawHeld: accept,
    PlacesDrawn: accept,
    RoomPaused: accept,
    RoomResumed: accept,
    RoomClosed: accept,
    RoomChanged: accept,
    TermClaimed: accept,
    AdmissionGranted: accept,
    AdmissionRedeemed: accept,
    AdmissionSpent: accept,
    AdmissionCompleted: accept,
    AdmissionExpired: accept,
    StockReported: accept,
  } satisfies { [Type in DomainEventType]: Handler<Type> }
  return {
    ...accepting,
    CommandRejected({ data, partition, offset }, rows) {
      if (data.commandId === null) return
      // Of another request under a key that has its answer: that one is the command's, also where it is still parked.
      if (data.reason === 'idempotency-key-reused') return
      rows.put(table, {
        command_id: data.commandId,
        outcome: 'rejected',
        reason: data.reason,
        details: JSON.stringify(data.details),
        caller_id: data.callerId,
        subject: data.subject,
        reservation_id: null,
        partition_no: partition,
        answer_offset: offset,
        decided_at: data.decidedAt,
      })
    },
  }
}

/** A row per command, by its idempotency identity. A repeated command, and another request under its key, leave the answer as it stands. */
export const commandStatusProjection = projection({
  name: 'command_status',
  revision: 1,
  topics: ['reservation.events'],
  tables: [commandStatus],
  on: answersIn(commandStatus),
})
