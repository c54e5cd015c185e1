import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stickyAssignment } from './sticky-assignment.js'

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
