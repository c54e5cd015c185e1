import { beforeEach, describe, expect, test } from '@jest/globals'
import { Admission } from './admission.js'

let now: number
let admission: Admission
const clock = { now: () => now }
beforeEach(() => {
  now = 0
  admission = new Admission({ clock, most: 100, least: 10, targetMs: 500, intervalMs: 100 })
})

let customers = 0
/** So many commands of different customers; those that are let in. */
const come = (count: number) =>
  Array.from({ length: count }, () => `customer-${customers++}`).filter((caller) => admission.enter(caller) === null)

/** A second of full rounds, each command answered after so long. */
function busy(answerMs: number, rounds: number): void {
  for (let round = 0; round < rounds; round += 1) {
    const inside = come(200)
    now += 100
    for (const caller of inside) admission.leave(caller, answerMs)
  }
}

test('lets in as many as may wait, and the next when one has left', () => {
  const inside = come(101)
  expect([inside.length, admission.waiting]).toEqual([100, 100])
  expect(admission.enter('late')).toBe('overloaded')
  admission.leave(inside[0] as string, null)
  expect(admission.enter('late')).toBeNull()
})

describe('the limit', () => {
  test('falls while every answer is late, to its least and not below', () => {
    busy(600, 1)
    expect(admission.limit).toBe(80)
    busy(600, 30)
    expect(admission.limit).toBe(10)
  })

  test('stays where a few are late: fewer of them would not be quicker', () => {
    const inside = come(10)
    now += 1_500
    for (const caller of inside) admission.leave(caller, 1_500)
    expect(admission.limit).toBe(100)
  })

  test('grows again when answers are quick and it is reached', () => {
    busy(600, 30)
    busy(50, 40)
    expect(admission.limit).toBe(100)
  })

  test('grows again under a load that does not reach it: the next rush is not met with a limit of bad times', () => {
    busy(600, 30)
    const resident = come(1)
    for (let round = 0; round < 40; round += 1) {
      const [caller] = come(1)
      now += 100
      admission.leave(caller as string, 20)
    }
    admission.leave(resident[0] as string, 20)
    expect(admission.limit).toBe(100)
  })

  test('is forgotten when nothing has waited for a while, and not before', () => {
    busy(600, 30)
    now += 500
    admission.leave(come(1)[0] as string, null)
    expect(admission.limit).toBe(10)
    now += 501
    expect(come(200)).toHaveLength(100)
  })

  test('one quick answer in an interval says that no queue stands', () => {
    busy(20, 1)
    const [quick, ...slow] = come(100)
    now += 50
    admission.leave(quick as string, 20)
    now += 60
    admission.leave(slow[0] as string, 2_000)
    expect(admission.limit).toBe(100)
  })

  test('stays where nothing is answered: a fail-over is waited out', () => {
    const inside = come(100)
    now += 5_000
    for (const caller of inside) admission.leave(caller, null)
    expect(admission.limit).toBe(100)
  })
})

describe('one caller', () => {
  test('may have everything while there is room', () => {
    for (let sent = 0; sent < 50; sent += 1) expect(admission.enter('one')).toBeNull()
  })

  test('may have no more than an eighth when it is crowded; others come in', () => {
    for (let sent = 0; sent < 50; sent += 1) admission.enter('one')
    expect(admission.enter('one')).toBe('too-many-requests')
    expect(admission.enter('other')).toBeNull()
    for (let left = 0; left < 40; left += 1) admission.leave('one', 10)
    expect(admission.enter('one')).toBeNull()
  })
})
