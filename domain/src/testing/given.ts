import { expect } from '@jest/globals'
import type { ShowCommand } from '../show/commands.js'
import { decide } from '../show/decide.js'
import { describeShow } from '../show/describe.js'
import type { ShowEvent } from '../show/events.js'
import { evolve } from '../show/evolve.js'
import type { RejectionReason } from '../show/rejections.js'
import type { ShowState } from '../show/state.js'
import { indexPlan, type PlanIndex } from '../venue/plan-index.js'
import { smallPlan } from './fixtures.js'

type PlanFor = PlanIndex | ((named: { data: object }) => PlanIndex | null)
const planFor = (plan: PlanFor, named: { data: object }) => (typeof plan === 'function' ? plan(named) : plan)

/** `plan`: the one of all events, or what gives the one that an event names. */
export function fold(events: readonly ShowEvent[], plan: PlanFor = indexPlan(smallPlan)): ShowState | null {
  return events.reduce<ShowState | null>((state, event) => evolve(state, event, planFor(plan, event)), null)
}

/**
 * given(events).when(command, now).then(events) or .thenRejected(reason, details). Each also holds that deciding changed
 * nothing, and that what was decided can be folded.
 */
export function given(events: readonly ShowEvent[], plan: PlanFor = indexPlan(smallPlan)) {
  const state = fold(events, plan)
  return {
    when(command: ShowCommand, now: number, known: PlanIndex | null = planFor(plan, command)) {
      const before = state && JSON.stringify(describeShow(state))
      const decision = decide(state, command, now, known)
      expect(state && JSON.stringify(describeShow(state))).toBe(before)
      return {
        // biome-ignore lint/suspicious/noThenProperty: the third word of given/when/then; nothing here is awaited
        then(expected: readonly ShowEvent[]) {
          expect(decision).toEqual({ ok: true, events: expected })
          fold([...events, ...expected], plan)
        },
        thenRejected(reason: RejectionReason, ...details: string[]) {
          expect(decision).toEqual({ ok: false, rejection: { reason, details } })
        },
      }
    },
  }
}
