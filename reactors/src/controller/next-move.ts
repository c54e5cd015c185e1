import type { Decision, RoomCommand, RoomEvent, RoomState } from '@onsale/domain'

/** What a controller does next for its room. `until` is log time, UTC ms; Infinity: when something has happened. */
export type Move =
  | { type: 'open' }
  | { type: 'claim' }
  | { type: 'admit'; term: number; most: number }
  | { type: 'wait'; until: number }

export interface Situation {
  state: RoomState
  controllerId: string
  /** Whether this controller was elected: only then it claims a term. Whose term is in force goes on without. */
  isElected: boolean
  /** Whether the show sells; else from when on, UTC ms. */
  sells: true | number
  /** Log time, UTC ms. */
  now: number
  /** What the room would decide now. */
  decide(command: RoomCommand): Decision<RoomEvent>
  seed: string
}

/** Of one command; the room has a limit of its own. */
const most = 500
const whenSomethingHappens: Move = { type: 'wait', until: Number.POSITIVE_INFINITY }
const waitUntil = (until: number): Move => ({ type: 'wait', until })

/** Follows from the room as the log has it: whatever became of the command before, the room shows it. */
export function nextMove(situation: Situation): Move {
  const { state, controllerId, isElected } = situation
  const { phase, drawHeld, paused } = state
  if (phase === 'closed' || phase === 'scheduled') return whenSomethingHappens
  const isMine = state.controllerId === controllerId
  if (!isMine && !isElected) return whenSomethingHappens
  if (!isMine) return { type: 'claim' }
  if (!drawHeld) return paused ? whenSomethingHappens : openingMove(situation)
  return admissionMove(situation)
}

function openingMove({ state, now, decide, seed }: Situation): Move {
  const { showId } = state.scheduled
  const { opensAt } = state.settings
  if (now < opensAt) return waitUntil(opensAt)
  const decision = decide({ type: 'OpenRoom', data: { showId, seed } })
  // A seed that is not the room's: its secret was changed since. Nobody can open it any more.
  return decision.ok ? { type: 'open' } : whenSomethingHappens
}

function admissionMove({ state, now, decide, sells }: Situation): Move {
  if (sells !== true) return waitUntil(sells)
  const { term } = state
  const { showId } = state.scheduled
  const decision = decide({ type: 'AdmitVisitors', data: { showId, term, most } })
  if (decision.ok) return decision.events.length > 0 ? { type: 'admit', term, most } : whenSomethingHappens
  if (decision.rejection.reason !== 'rate-reached') return whenSomethingHappens
  return waitUntil(state.admittedAt.nextAt(state.settings.ratePerMinute, now))
}
