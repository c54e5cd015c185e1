import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { standbyAssignment, stickyAssignment } from './sticky-assignment.js'

const group = fc.record({
  partitions: fc.integer({ min: 0, max: 48 }).map((count) => Array.from({ length: count }, (_, at) => at)),
  members: fc.uniqueArray(fc.record({ memberId: fc.string({ minLength: 1 }), owned: fc.uniqueArray(fc.nat(60)) }), {
    minLength: 1,
    maxLength: 12,
    selector: ({ memberId }) => memberId,
  }),
})

test('every partition has exactly one owner, and nobody more than a fair share', () => {
  fc.assert(
    fc.property(group, ({ partitions, members }) => {
      const assigned = [...stickyAssignment(partitions, members).values()]
      expect(assigned.flat().sort((a, b) => a - b)).toEqual(partitions)
      for (const mine of assigned)
        expect(mine.length).toBeLessThanOrEqual(Math.ceil(partitions.length / members.length))
    }),
  )
})

test('a second assignment of an unchanged group moves nothing', () => {
  fc.assert(
    fc.property(group, ({ partitions, members }) => {
      const first = stickyAssignment(partitions, members)
      const again = stickyAssignment(
        partitions,
        members.map(({ memberId }) => ({ memberId, owned: first.get(memberId) ?? [] })),
      )
      for (const [memberId, mine] of first) expect(new Set(again.get(memberId))).toEqual(new Set(mine))
    }),
  )
})

test('a member that leaves costs the others nothing that they had', () => {
  const first = stickyAssignment(
    [0, 1, 2, 3, 4, 5],
    [
      { memberId: 'a', owned: [] },
      { memberId: 'b', owned: [] },
      { memberId: 'c', owned: [] },
    ],
  )
  const left = ['a', 'b'].map((memberId) => ({ memberId, owned: first.get(memberId) ?? [] }))
  const then = stickyAssignment([0, 1, 2, 3, 4, 5], left)
  for (const { memberId, owned } of left) expect(then.get(memberId)).toEqual(expect.arrayContaining(owned))
})

const saying = fc.record({
  partitions: fc.integer({ min: 1, max: 24 }).map((count) => Array.from({ length: count }, (_, at) => at)),
  members: fc.uniqueArray(
    fc.record({
      memberId: fc.string({ minLength: 1 }),
      owned: fc.uniqueArray(fc.nat(30)),
      warm: fc.uniqueArray(fc.nat(30)),
    }),
    { minLength: 1, maxLength: 8, selector: ({ memberId }) => memberId },
  ),
})

test('nobody is given what it does not follow, unless nobody has or follows it', () => {
  fc.assert(
    fc.property(saying, ({ partitions, members }) => {
      const assigned = stickyAssignment(partitions, members)
      expect([...assigned.values()].flat().sort((a, b) => a - b)).toEqual(partitions)
      for (const { memberId, owned, warm } of members) {
        for (const partition of assigned.get(memberId) ?? []) {
          if (owned.includes(partition) || warm.includes(partition)) continue
          expect(members.filter((one) => one.owned.includes(partition) || one.warm.includes(partition))).toEqual([])
        }
      }
    }),
  )
})

test('each partition has one standby, which does not own it; none where there is but one member', () => {
  fc.assert(
    fc.property(saying, ({ partitions, members }) => {
      const assigned = stickyAssignment(partitions, members)
      const now = members.map(({ memberId, warm }) => ({ memberId, warm, owned: assigned.get(memberId) ?? [] }))
      const standby = standbyAssignment(partitions, now)
      const all = [...standby.values()].flatMap((one) => one.partitions)
      expect(all.sort((a, b) => a - b)).toEqual(members.length > 1 ? partitions : [])
      for (const { memberId, owned } of now) {
        expect(standby.get(memberId)?.partitions.filter((partition) => owned.includes(partition))).toEqual([])
      }
    }),
  )
})

test('a newcomer first follows what it is to get, gets it once it is warm, and everyone then stands by for the other', () => {
  const all = [0, 1, 2, 3]
  const old = { memberId: 'a', owned: all, warm: [] }
  const cold = { memberId: 'b', owned: [], warm: [] }
  expect(stickyAssignment(all, [old, cold]).get('a')).toEqual(all)
  const { moving = [], partitions = [] } = standbyAssignment(all, [old, cold]).get('b') ?? {}
  expect(moving.toSorted()).toEqual([2, 3])
  expect(partitions.toSorted()).toEqual(all)
  const warm = { ...cold, warm: moving }
  const then = stickyAssignment(all, [old, warm])
  expect([...then.values()].map((mine) => mine.toSorted())).toEqual([
    [0, 1],
    [2, 3],
  ])
  const settled = [old, warm].map((member) => ({ ...member, owned: then.get(member.memberId) ?? [] }))
  expect(standbyAssignment(all, settled)).toEqual(
    new Map([
      ['a', { partitions: expect.arrayContaining([2, 3]), moving: [] }],
      ['b', { partitions: expect.arrayContaining([0, 1]), moving: [] }],
    ]),
  )
  // One of them dies.
  expect(stickyAssignment(all, settled.slice(1)).get('b')?.toSorted()).toEqual(all)
})

const wanted = (to: Record<number, string>, version = 1) => ({ version, to })
const named = (name: string, owned: number[], more: object = {}) => ({ memberId: name, name, owned, ...more })

test('a partition that is to be at a member goes there once that follows it, and is not taken away to even out', () => {
  const placed = wanted({ 0: 'b', 1: 'b' })
  const cold = stickyAssignment([0, 1], [named('a', [0, 1], { warm: [], placed }), named('b', [], { warm: [] })])
  expect(cold.get('a')).toEqual([0, 1])
  const warm = stickyAssignment([0, 1], [named('a', [0, 1], { warm: [] }), named('b', [], { warm: [0, 1], placed })])
  expect(warm.get('b')).toEqual([0, 1])
  const again = stickyAssignment([0, 1], [named('a', [], { warm: [0, 1], placed }), named('b', [0, 1], { warm: [] })])
  expect(again.get('b')).toEqual([0, 1])
})

test('of what members have read of it the newest counts; a member that is not there is no reason to move anything', () => {
  const old = named('a', [0], { warm: [1], placed: wanted({ 1: 'a' }, 1) })
  const newer = named('b', [1], { warm: [0], placed: wanted({ 0: 'gone' }, 2) })
  expect([...stickyAssignment([0, 1], [old, newer])]).toEqual([
    ['a', [0]],
    ['b', [1]],
  ])
})

test('whoever is to get a partition stands by for it first, whatever it has already', () => {
  const members = [named('a', [0, 1], { placed: wanted({ 0: 'c' }) }), named('b', [2]), named('c', [3])]
  expect(standbyAssignment([0, 1, 2, 3], members).get('c')).toMatchObject({ moving: expect.arrayContaining([0]) })
})
