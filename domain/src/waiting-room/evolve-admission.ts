import type { Fail } from '../show/evolve.js'
import { active, admitted, type completed, expired, waiting } from './entries.js'
import type { AdmissionGranted, AdmissionRedeemed, AdmissionSpent } from './events.js'
import { evidenceMs, type OpenAdmission, type RoomState } from './state.js'

export function grant(state: RoomState, entry: number, granted: AdmissionGranted, fail: Fail): void {
  const { entries, queue, admissions, contested, settings } = state
  const { entryId, place, term, stockVersion, admittedAt, expiresAt } = granted
  const isPriority = entries.isPriority(entry)
  if (entries.status(entry) !== waiting || entries.place(entry) !== place) fail(`${entryId} does not wait at ${place}`)
  if (!queue.lane(isPriority).has(place)) fail(`${entryId} does not wait at ${place}`)
  if (term !== state.term) fail(`the term is ${state.term}`)
  if (stockVersion !== state.stock?.showVersion) fail(`the stock is that of version ${state.stock?.showVersion}`)
  if (queue.standard.size > 0 && queue.priority.size > 0 && settings.priorityPercent > 0) {
    contested.all++
    if (isPriority) contested.priority++
  }
  queue.lane(isPriority).remove(place)
  entries.setStatus(entry, admitted)
  const one: OpenAdmission = { id: entryId, entry, expiresAt: expiresAt + evidenceMs, places: 0, queuedAt: -1 }
  admissions.set(entry, one)
  state.unredeemed.add(one)
  state.admittedAt.add(admittedAt)
}

/** An admission that had expired is open again: the show's word of it came late. */
export function redeem(state: RoomState, entry: number, { entryId, places }: AdmissionRedeemed, fail: Fail): void {
  const { entries, admissions, unredeemed } = state
  const status = entries.status(entry)
  if (status !== admitted && status !== expired) fail(`${entryId} is not admitted`)
  const known = admissions.get(entry)
  if (known) unredeemed.remove(known)
  const one = known ?? { id: entryId, entry, expiresAt: 0, places: 0, queuedAt: -1 }
  one.places = places
  admissions.set(entry, one)
  state.takenPlaces += places
  entries.setStatus(entry, active)
}

export function spend(state: RoomState, entry: number, { entryId, places }: AdmissionSpent, fail: Fail): void {
  if (state.entries.status(entry) !== active) fail(`${entryId} is not active`)
  const admission = state.admissions.get(entry)!
  state.takenPlaces += places - admission.places
  admission.places = places
}

export function endAdmission(
  state: RoomState,
  entry: number,
  status: typeof completed | typeof expired,
  fail: Fail,
): void {
  const { entries, admissions, unredeemed } = state
  const admission = admissions.get(entry) ?? fail(`entry ${entry} has no open admission`)
  if (admission.queuedAt >= 0) unredeemed.remove(admission)
  admissions.delete(entry)
  state.takenPlaces -= admission.places
  entries.setStatus(entry, status)
}
