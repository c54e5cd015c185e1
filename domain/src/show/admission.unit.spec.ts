import { describe, expect, test } from '@jest/globals'
import { asked, Desk } from '../testing/desk.js'
import { holdSeats, opens, showId, terms, uuid } from '../testing/fixtures.js'
import { admissionText } from './admission.js'
import type { AdmissionProof, ShowCommand } from './commands.js'
import type { SeatsHeld } from './events.js'

const gated = () => {
  const desk = new Desk()
  for (const command of [
    { type: 'ScheduleShow', data: terms() } as const,
    { type: 'RequireAdmission', data: { showId } } as const,
  ])
    desk.ask(asked(command))
  return desk
}

function admission(entry: number, customer: string, more: Partial<AdmissionProof> = {}, show = showId): AdmissionProof {
  const of = { entryId: `${show}.${entry}`, expiresAt: opens + 1_000, ...more }
  return { proof: admissionText(show, customer, of), ...of }
}

let holds = 0
function hold(desk: Desk, customer: string, proof: AdmissionProof | null, seat = `C${++holds}`, at = opens) {
  const { data } = holdSeats(++holds, customer, [seat]) as Extract<ShowCommand, { type: 'HoldSeats' }>
  const command: ShowCommand = { type: 'HoldSeats', data: { ...data, admission: proof } }
  const { event } = desk.ask(asked(command, { appendedAt: at }), at)[0]!
  return event.type === 'CommandRejected' ? event.data.reason : (event.data as SeatsHeld).admissionId
}

describe('a show with a waiting room', () => {
  test('holds for who was admitted, once for each admission', () => {
    const desk = gated()
    expect(hold(desk, 'ann', null)).toBe('admission-required')
    expect(hold(desk, 'ann', admission(7, 'ann'))).toBe(`${showId}.7`)
    expect(hold(desk, 'ann', admission(7, 'ann'))).toBe('admission-redeemed')
    expect(hold(desk, 'bob', admission(8, 'bob'))).toBe(`${showId}.8`)
  })

  test.each([
    ['another customer’s', admission(7, 'bob')],
    ['of another show', admission(7, 'ann', {}, `3.${uuid(5)}`)],
    ['forged', admission(7, 'ann', { proof: 'a guess' })],
    ['prolonged', { ...admission(7, 'ann'), expiresAt: opens + 9_000 }],
    ['of no entry', admission(7, 'ann', { entryId: `${showId}.x` })],
  ])('refuses an admission that is %s', (_, proof) => {
    expect(hold(gated(), 'ann', proof)).toBe('admission-invalid')
  })

  test('refuses an admission that has run out: its end is exclusive', () => {
    expect(hold(gated(), 'ann', admission(7, 'ann'), 'C1', opens + 1_000)).toBe('admission-expired')
    expect(hold(gated(), 'ann', admission(7, 'ann'), 'C1', opens + 999)).toBe(`${showId}.7`)
  })

  test('does not spend an admission on a hold that it refuses', () => {
    const desk = gated()
    hold(desk, 'bob', admission(1, 'bob'), 'A1')
    expect(hold(desk, 'ann', admission(7, 'ann'), 'A1')).toBe('seat-taken')
    expect(hold(desk, 'ann', admission(7, 'ann'), 'A2')).toBe(`${showId}.7`)
  })

  test('holds for anyone again once that is lifted, and remembers what was spent', () => {
    const desk = gated()
    const last = (command: ShowCommand) => desk.ask(asked(command)).map(({ event }) => event.type)
    hold(desk, 'ann', admission(7, 'ann'))
    expect(last({ type: 'RequireAdmission', data: { showId } })).toEqual(['CommandRejected'])
    expect(last({ type: 'LiftAdmission', data: { showId } })).toEqual(['AdmissionLifted'])
    expect(hold(desk, 'ann', admission(7, 'ann'))).toBeNull()
    expect(last({ type: 'LiftAdmission', data: { showId } })).toEqual(['CommandRejected'])
    last({ type: 'RequireAdmission', data: { showId } })
    expect(hold(desk, 'ann', admission(7, 'ann'))).toBe('admission-redeemed')
  })

  test('of a decider without a key admits nobody', () => {
    const proof = admission(7, 'ann')
    const desk = new Desk()
    desk.ask(asked({ type: 'ScheduleShow', data: terms() }))
    desk.ask(asked({ type: 'RequireAdmission', data: { showId } }))
    desk.commit()
    expect(hold(desk, 'ann', { ...proof, proof: '' })).toBe('admission-invalid')
  })
})
