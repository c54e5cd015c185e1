import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ownerClaimedName, ReaderRule } from './reader-rule.js'

interface Entry {
  type: string
  claimId: string | null
}
const entry: fc.Arbitrary<Entry> = fc.record({
  type: fc.constantFrom(ownerClaimedName, 'event'),
  claimId: fc.option(fc.constantFrom('a', 'b', 'c')),
})
const read = (rule: ReaderRule, log: Entry[]) => log.filter(({ type, claimId }) => rule.counts(type, claimId))

test('a record counts iff its claim is that of the latest OwnerClaimed before it', () => {
  fc.assert(
    fc.property(fc.array(entry), (log) => {
      const counted = new Set(read(new ReaderRule(null), log))
      log.forEach((one, at) => {
        const claims = log.slice(0, at).filter(({ type, claimId }) => type === ownerClaimedName && claimId !== null)
        const latest = claims.at(-1)?.claimId ?? null
        const expected = one.claimId !== null && (one.type === ownerClaimedName || one.claimId === latest)
        expect(counted.has(one)).toBe(expected)
      })
    }),
  )
})

test('a reader that goes on from a stored place agrees with one that began at the start', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.nat(), (log, cut) => {
      const at = log.length === 0 ? 0 : cut % log.length
      const whole = new ReaderRule(null)
      read(whole, log.slice(0, at))
      const resumed = new ReaderRule(whole.claimId)
      expect(read(resumed, log.slice(at))).toEqual(read(whole, log.slice(at)))
    }),
  )
})
