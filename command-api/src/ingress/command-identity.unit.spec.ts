import { describe, expect, test } from '@jest/globals'
import { showIdPattern } from '@onsale/domain'
import fc from 'fast-check'
import { bodyHash, canonicalJson, commandIdOf, jumpHash, showIdFor } from './command-identity.js'

const secret = Buffer.alloc(32, 1)
const identity = { caller: 'c', operation: 'HoldSeats', show: '1.s', key: 'k' }

describe('command id', () => {
  test('is a UUIDv8, the same for the same identity', () => {
    expect(commandIdOf(secret, identity)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(commandIdOf(secret, { ...identity })).toBe(commandIdOf(secret, identity))
  })

  test.each([
    { caller: 'd' },
    { operation: 'ReleaseHold' },
    { show: '1.t' },
    { key: 'l' },
    { caller: 'cH', operation: 'oldSeats' },
  ])('is another one with %j', (other) =>
    expect(commandIdOf(secret, { ...identity, ...other })).not.toBe(commandIdOf(secret, identity)),
  )

  test('is another one under another secret', () => {
    expect(commandIdOf(Buffer.alloc(32, 2), identity)).not.toBe(commandIdOf(secret, identity))
  })
})

describe('show id', () => {
  const schedule = { caller: 'o', operation: 'ScheduleShow', show: '', key: 'k' }

  test('is a show id in an existing partition, the same for the same key', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9_999 }), (key, partitions) => {
        const showId = showIdFor(secret, { ...schedule, key }, partitions)
        expect(showId).toMatch(showIdPattern)
        expect(Number(showId.split('.')[0])).toBeLessThan(partitions)
        expect(showIdFor(secret, { ...schedule, key }, partitions)).toBe(showId)
      }),
    )
  })

  test('is in one of the partitions that an operator names, else the same', () => {
    for (let at = 0; at < 50; at += 1) {
      const [partition, rest] = showIdFor(secret, { ...schedule, key: `k${at}` }, [5, 9]).split('.')
      expect(['5', '9']).toContain(partition)
      expect(showIdFor(secret, { ...schedule, key: `k${at}` }, 2).split('.')[1]).toBe(rest)
    }
  })

  test('says nothing of the command id', () => {
    expect(showIdFor(secret, schedule, 1).slice(2)).not.toBe(commandIdOf(secret, schedule))
  })

  test('spreads evenly', () => {
    const counts = new Array<number>(8).fill(0)
    for (let at = 0; at < 8_000; at += 1) {
      const partition = Number(showIdFor(secret, { ...schedule, key: `k${at}` }, 8).split('.')[0])
      counts[partition] = (counts[partition] as number) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })

  test('with more partitions only moves to the new ones', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 50 }),
        (key, few, more) => {
          const before = jumpHash(key, few)
          const after = jumpHash(key, few + more)
          expect(after === before || after >= few).toBe(true)
        },
      ),
    )
  })
})

describe('body hash', () => {
  test('is that of the meaning, not of the spelling', () => {
    expect(bodyHash({ a: 1, b: { d: [1, 2], c: 'x' } })).toBe(bodyHash({ b: { c: 'x', d: [1, 2] }, a: 1 }))
    expect(bodyHash({ a: [1, 2] })).not.toBe(bodyHash({ a: [2, 1] }))
    expect(bodyHash({})).toMatch(/^[0-9a-f]{64}$/)
  })

  test('canonical JSON means the same', () => {
    fc.assert(
      fc.property(fc.json(), (text) => expect(JSON.parse(canonicalJson(JSON.parse(text)))).toEqual(JSON.parse(text))),
    )
  })
})
