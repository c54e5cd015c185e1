import fc from 'fast-check'
import { acceptedForMs, rejectedForMs } from '../idempotency/idempotency.js'
import type { DecidedRecord, FoldableRecord } from '../partition/records.js'
import { pause, showCommand } from './arbitrary.js'
import { asked, bodyHash, Desk } from './desk.js'
import { opens, showId, terms, uuid } from './fixtures.js'

const otherShow = `3.${uuid(0xabc)}`
export const shows = [showId, otherShow]

const command = fc.oneof(
  { weight: 30, arbitrary: showCommand(showId) },
  { weight: 10, arbitrary: showCommand(otherShow) },
  { weight: 1, arbitrary: showCommand(`2.${uuid(1)}`) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...shows)
      .map((id) => ({ type: 'ScheduleShow' as const, data: terms({ showId: id, salesUntil: 2 * opens }) })),
  },
)

const step = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command,
      /** A key of its own (null), or one of a few that are shared; `body` of 1 is another body under the same key. */
      key: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(5) }),
      body: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
      malformed: fc.nat(20).map((n) => n === 0),
      /** Of the broker's clock, which may go back a little. */
      jitter: fc.integer({ min: -50, max: 0 }),
      late: fc.nat(15).map((n) => n === 0),
      pause: pause(1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      pause: pause(1),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wind-down' as const), limit: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 5, arbitrary: fc.constant({ kind: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'claim' as const }) },
  { weight: 1, arbitrary: fc.constantFrom(rejectedForMs, acceptedForMs).map((ms) => ({ kind: 'wait' as const, ms })) },
)
/** Whatever may happen to a partition's owner. */
export const runs = fc.array(step, { maxLength: 80, size: 'max' })
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface Asked {
  offset: number
  key: string
  body: string
  records: DecidedRecord[]
}

/** Two shows are scheduled, then the steps are taken. */
export function play(steps: readonly Step[], desk = new Desk()) {
  const asks: Asked[] = []
  let now = opens
  let claims = 1
  for (const id of shows) {
    const records = desk.ask(
      asked({ type: 'ScheduleShow', data: terms({ showId: id, salesUntil: 2 * opens }) }, { subject: id }),
    )
    asks.push({ offset: asks.length, key: uuid(asks.length), body: bodyHash(asks.length), records })
  }
  for (const step of steps) {
    switch (step.kind) {
      case 'command': {
        now += step.pause
        const offset = asks.length
        const key = uuid(step.key === null ? offset : 10_000 + step.key)
        const body = bodyHash(step.body + 2 * (step.key ?? offset + 100))
        const data = step.malformed ? null : step.command.data
        const envelope = {
          type: step.command.type,
          data,
          subject: step.command.data.showId,
          commandId: key,
          bodyHash: body,
        }
        const records = desk.ask(
          { ...envelope, appendedAt: now + step.jitter, deadline: now },
          step.late ? now + 1 : now,
        )
        asks.push({ offset, key, body, records })
        break
      }
      case 'tick':
        now += step.pause
        desk.tick(now, step.limit)
        break
      case 'wind-down':
        desk.windDown(step.limit)
        break
      case 'commit':
        desk.commit()
        break
      case 'claim':
        desk.commit()
        desk.claim(`claim-${++claims}`)
        break
      case 'wait':
        now += step.ms
        break
    }
  }
  desk.commit()
  return { desk, asks, journal: desk.journal as FoldableRecord[] }
}
