import type { AdmissionProof, HoldSeats, ShowCommand } from './commands.js'
import type { ShowEvent } from './events.js'
import { accepted, type Decision, rejected } from './rejections.js'
import type { ShowState } from './state.js'

/** What the proof of an admission is made over: HMAC-SHA256, hex, with a key that API and decider have. */
export function admissionText(
  showId: string,
  customerId: string,
  { entryId, expiresAt }: Omit<AdmissionProof, 'proof'>,
): string {
  return `${showId} ${entryId} ${customerId} ${expiresAt}`
}

/** Whether `proof` is that of `text`. Without a key nothing is: nobody gets in. */
export type AdmissionVerifier = (text: string, proof: string) => boolean
export const noAdmissionKey: AdmissionVerifier = () => false

type Entering = Pick<HoldSeats, 'customerId' | 'admission'>

/** Why the admission does not do; null where it does, or none is required. */
export function admissionStandsInTheWay(
  { admission: gate, terms: { showId } }: ShowState,
  { customerId, admission }: Entering,
  now: number,
  verify: AdmissionVerifier,
): ReturnType<typeof rejected> | null {
  if (!gate.required) return null
  if (!admission) return rejected('admission-required')
  const number = admissionNumber(showId, admission.entryId)
  if (number === null || !verify(admissionText(showId, customerId, admission), admission.proof)) {
    return rejected('admission-invalid')
  }
  if (gate.redeemed.has(number)) return rejected('admission-redeemed')
  return now >= admission.expiresAt ? rejected('admission-expired') : null
}

/** n of `<showId>.<n>`; null where it is no entry of the show's room. */
export function admissionNumber(showId: string, entryId: string): number | null {
  if (!entryId.startsWith(`${showId}.`)) return null
  const digits = entryId.slice(showId.length + 1)
  return /^(?:0|[1-9]\d{0,7})$/.test(digits) ? Number(digits) : null
}

export function decideGate(
  { admission, terms: { showId } }: ShowState,
  type: Extract<ShowCommand['type'], 'RequireAdmission' | 'LiftAdmission'>,
  now: number,
): Decision<ShowEvent> {
  if (type === 'RequireAdmission') {
    if (admission.required) return rejected('admission-already-required')
    return accepted({ type: 'AdmissionRequired', data: { showId, requiredAt: now } })
  }
  if (!admission.required) return rejected('admission-not-required')
  return accepted({ type: 'AdmissionLifted', data: { showId, liftedAt: now } })
}
