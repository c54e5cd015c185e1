import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { uuid } from '../testing/fixtures.js'
import { acceptedForMs, IdempotencyTable, packKey as packOrNull, rejectedForMs } from './idempotency.js'
import { KeyRing } from './key-ring.js'

const hash = (n: number) => n.toString(16).padStart(8, '0').repeat(8)
const packKey = (commandId: string, body: string) => packOrNull(commandId, body)!
const now = 1_800_000_000_000

function remembering(outcome: 'accepted' | 'rejected') {
  const table = new IdempotencyTable({ maxAccepted: 8, maxRejected: 4 })
  table.remember(packKey(uuid(1), hash(1)), outcome, 2 ** 40 + 7, now)
  return table
}

describe('a key', () => {
  test('is fresh until it is remembered', () => {
    expect(new IdempotencyTable().lookup(packKey(uuid(1), hash(1)), now)).toEqual({ kind: 'fresh' })
  })

  test.each([
    ['accepted', acceptedForMs],
    ['rejected', rejectedForMs],
  ] as const)('%s, gives its first answer’s offset again for its time, exclusive', (outcome, forMs) => {
    const table = remembering(outcome)
    const repeated = { kind: 'repeated', firstOffset: 2 ** 40 + 7 }
    expect(table.lookup(packKey(uuid(1), hash(1)), now)).toEqual(repeated)
    expect(table.lookup(packKey(uuid(1), hash(1)), now + forMs - 1)).toEqual(repeated)
    expect(table.lookup(packKey(uuid(1), hash(1)), now + forMs)).toEqual({ kind: 'fresh' })
  })

  test('with another body is reused, with another key fresh', () => {
    const table = remembering('accepted')
    expect(table.lookup(packKey(uuid(1), hash(2)), now)).toEqual({ kind: 'key-reused' })
    expect(table.lookup(packKey(uuid(2), hash(1)), now)).toEqual({ kind: 'fresh' })
  })

  test('that was refused may be accepted once it is forgotten', () => {
    const table = remembering('rejected')
    const later = now + rejectedForMs
    table.remember(packKey(uuid(1), hash(2)), 'accepted', 99, later)
    expect(table.lookup(packKey(uuid(1), hash(2)), later)).toEqual({ kind: 'repeated', firstOffset: 99 })
    expect(table.size).toBe(1)
  })

  test('lives on in whole seconds, rounded up', () => {
    const table = new IdempotencyTable()
    table.remember(packKey(uuid(1), hash(1)), 'rejected', 1, now + 1)
    expect(table.lookup(packKey(uuid(1), hash(1)), now + rejectedForMs + 999).kind).toBe('repeated')
    expect(table.lookup(packKey(uuid(1), hash(1)), now + rejectedForMs + 1000).kind).toBe('fresh')
  })
})

describe('past its bound', () => {
  test('the oldest key is forgotten, and counted', () => {
    const table = new IdempotencyTable({ maxAccepted: 4, maxRejected: 4 })
    for (let n = 0; n < 6; n++) table.remember(packKey(uuid(n), hash(n)), 'accepted', n, now)
    expect(table.size).toBe(4)
    expect(table.evictions).toBe(2)
    expect(table.lookup(packKey(uuid(1), hash(1)), now)).toEqual({ kind: 'fresh' })
    expect(table.lookup(packKey(uuid(2), hash(2)), now)).toEqual({ kind: 'repeated', firstOffset: 2 })
  })

  test('refused keys do not push accepted ones out', () => {
    const table = remembering('accepted')
    for (let n = 10; n < 100; n++) table.remember(packKey(uuid(n), hash(n)), 'rejected', n, now)
    expect(table.lookup(packKey(uuid(1), hash(1)), now).kind).toBe('repeated')
  })

  test('it takes no more than its bound: 40 bytes a key', () => {
    const table = new IdempotencyTable({ maxAccepted: 4096, maxRejected: 2 })
    const before = table.bytes
    for (let n = 0; n < 10_000; n++) table.remember(packKey(uuid(n), hash(n)), 'accepted', n, now)
    expect(before).toBeLessThan(table.bytes)
    expect(table.bytes).toBe(4096 * 40 + 2 * 40)
  })
})

/** Few keys that differ in one word each, so that probes run into each other. */
const key = fc.record({
  k0: fc.integer({ min: 0, max: 3 }),
  k1: fc.integer({ min: 0, max: 3 }),
  k2: fc.constantFrom(0, 2 ** 32 - 1),
  b0: fc.integer({ min: 0, max: 1 }),
  b1: fc.integer({ min: 0, max: 1 }),
})
const steps = fc.array(
  fc.record({ key, outcome: fc.constantFrom('accepted', 'rejected'), seconds: fc.nat(300), day: fc.nat(30) }),
  {
    maxLength: 200,
    size: 'max',
  },
)

test('is a bounded Map of keys with their expiry', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(2, 4, 32), (run, bound) => {
      const table = new IdempotencyTable({ maxAccepted: bound, maxRejected: bound })
      type Entry = { outcome: string; body: string; offset: number; expiresAt: number }
      const model = new Map<string, Entry>()
      let time = now
      run.forEach(({ key, outcome, seconds, day }, offset) => {
        time += seconds * 1000 + (day === 0 ? acceptedForMs / 2 : 0)
        for (const [id, entry] of model) if (entry.expiresAt <= time) model.delete(id)
        const id = `${key.k0} ${key.k1} ${key.k2}`
        const body = `${key.b0} ${key.b1}`
        const known = model.get(id)
        const found = table.lookup(key, time)
        if (known) {
          expect(found).toEqual(
            known.body === body ? { kind: 'repeated', firstOffset: known.offset } : { kind: 'key-reused' },
          )
          return
        }
        expect(found).toEqual({ kind: 'fresh' })
        const sameOutcome = [...model].filter(([, entry]) => entry.outcome === outcome)
        if (sameOutcome.length === bound) model.delete(sameOutcome[0]![0])
        model.set(id, {
          outcome,
          body,
          offset,
          expiresAt: time + (outcome === 'accepted' ? acceptedForMs : rejectedForMs),
        })
        table.remember(key, outcome as 'accepted' | 'rejected', offset, time)
        expect(table.size).toBe(model.size)
      })
    }),
    { numRuns: 300 },
  )
})

test('growth keeps every key', () => {
  const ring = new KeyRing(2 ** 14, 4)
  const packed = Array.from({ length: 2 ** 14 }, (_, n) => packKey(uuid(n), hash(n)))
  packed.forEach((key, n) => {
    ring.add(key, n, 1)
  })
  expect(ring.evictions).toBe(0)
  expect(packed.every((key, n) => ring.offset(ring.find(key)) === n)).toBe(true)
  ring.expire(1)
  expect(ring.size).toBe(0)
  expect(packed.every((key) => ring.find(key) === -1)).toBe(true)
})

describe('packing', () => {
  test('takes 96 bits of the id and 64 of the hash, upper case or lower', () => {
    const packed = packKey('01234567-89ab-8def-b123-456789abcdef', `0011223344556677${'f'.repeat(48)}`)
    expect(packed).toEqual({ k0: 0x01234567, k1: 0x81234567, k2: 0x89abcdef, b0: 0x00112233, b1: 0x44556677 })
    expect(packKey('01234567-89AB-8DEF-B123-456789ABCDEF', `0011223344556677${'F'.repeat(48)}`)).toEqual(packed)
  })

  test('refuses what is not a UUID and a SHA-256', () => {
    expect(packOrNull('x', hash(1))).toBeNull()
    expect(packOrNull(uuid(1), 'x')).toBeNull()
    expect(packOrNull(uuid(1), hash(1).slice(1))).toBeNull()
  })
})
