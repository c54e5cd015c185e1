import { accepted, type Decision, rejected } from '../show/rejections.js'
import { about } from './about.js'
import type { AdmissionChange, ReportStock } from './commands.js'
import { reservationStates } from './commands.js'
import { active, admitted, expired } from './entries.js'
import type { RoomEvent } from './events.js'
import { entryNumber, type RoomState } from './state.js'

/** The version that a room knows before any report. */
const unknownVersion = 0

/**
 * What the show says, in its versions' order and without gaps: a reservation that was made with an admission, and the places that it
 * took out of the free ones, come in one report, so that they are counted once at every prefix.
 */
export function decideReport(state: RoomState, report: ReportStock, now: number): Decision<RoomEvent> {
  const known = state.stock?.showVersion ?? unknownVersion
  if (report.showVersion <= known) return rejected('stock-outdated', `${known}`)
  if (report.fromVersion !== known) return rejected('stock-gap', `${known}`)
  const wrong = wrongFields(state, report)
  if (wrong.length > 0) return rejected('report-invalid', ...wrong)
  const { changes, ...stock } = report
  return accepted({ type: 'StockReported', data: { ...stock, reportedAt: now } }, ...effects(state, changes, now))
}

function wrongFields(state: RoomState, { freePlaces, perCustomerLimit, changes, showOffset }: ReportStock): string[] {
  const isCount = (value: number) => Number.isInteger(value) && value >= 0
  return [
    ...(isCount(freePlaces) ? [] : ['freePlaces']),
    ...(isCount(showOffset) ? [] : ['showOffset']),
    ...(isCount(perCustomerLimit) && perCustomerLimit > 0 ? [] : ['perCustomerLimit']),
    ...(changes.every(({ places }) => isCount(places) && places <= perCustomerLimit) ? [] : ['changes.places']),
    ...(changes.every(({ reservation }) => (reservationStates as readonly string[]).includes(reservation))
      ? []
      : ['changes.reservation']),
    ...(changes.every(({ entryId }) => entryNumber(state, entryId) >= 0) ? [] : ['changes.entryId']),
  ]
}

/** The last word on each admission; an admission that was over, because nothing was heard of it in time, is open again while the show has its hold. */
function effects(state: RoomState, changes: readonly AdmissionChange[], now: number): RoomEvent[] {
  const last = new Map(changes.map((change) => [entryNumber(state, change.entryId), change]))
  return [...last].flatMap(([entry, { reservation, places }]): RoomEvent[] => {
    const status = state.entries.status(entry)
    const isOpen = status === admitted || status === active
    const of = about(state, entry)
    if (reservation === 'confirmed') {
      return isOpen ? [{ type: 'AdmissionCompleted', data: { ...of, places, completedAt: now } }] : []
    }
    if (reservation === 'ended') {
      return isOpen ? [{ type: 'AdmissionExpired', data: { ...of, reason: 'abandoned', expiredAt: now } }] : []
    }
    if (status === admitted || status === expired) {
      return [{ type: 'AdmissionRedeemed', data: { ...of, places, redeemedAt: now } }]
    }
    if (status !== active) return []
    const before = state.admissions.get(entry)!.places
    return before === places ? [] : [{ type: 'AdmissionSpent', data: { ...of, places, spentAt: now } }]
  })
}
