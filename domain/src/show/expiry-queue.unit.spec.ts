import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Expiring, ExpiryQueue, queueingObjects } from './expiry-queue.js'

const operations = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('add' as const), expiresAt: fc.integer({ min: 0, max: 40 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
  ),
  { maxLength: 90, size: 'max' },
)

test('the queue is the list of its entries in the order of expiresAt, then id', () => {
  fc.assert(
    fc.property(operations, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 30 }), (run, now, limit) => {
      const queue = new ExpiryQueue<Expiring>(queueingObjects)
      let model: Expiring[] = []
      run.forEach((operation, at) => {
        if (operation.kind === 'add') {
          const entry = { id: `r${(at * 37) % 100}`, expiresAt: operation.expiresAt, queuedAt: -1 }
          queue.add(entry)
          model.push(entry)
        } else if (model.length > 0) {
          const entry = model[operation.which % model.length]!
          queue.remove(entry)
          expect(entry.queuedAt).toBe(-1)
          model = model.filter((other) => other !== entry)
        }
        model.sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1))
        expect(queue.size).toBe(model.length)
        expect(queue.first()).toBe(model[0])
      })
      expect(queue.due(now, limit)).toEqual(model.filter(({ expiresAt }) => expiresAt <= now).slice(0, limit))
      expect(queue.due(Number.POSITIVE_INFINITY, model.length + 1)).toEqual(model)
    }),
    { numRuns: 300 },
  )
})

test('an entry can be moved by taking it out and putting it in again', () => {
  const queue = new ExpiryQueue<{ id: string; expiresAt: number; queuedAt: number }>(queueingObjects)
  const entries = [1, 2, 3].map((n) => ({ id: `${n}`, expiresAt: n, queuedAt: -1 }))
  for (const entry of entries) queue.add(entry)
  const [first] = entries
  queue.remove(first!)
  first!.expiresAt = 9
  queue.add(first!)
  expect(queue.due(9, 9).map(({ id }) => id)).toEqual(['2', '3', '1'])
  queue.remove(first!)
  expect(() => queue.remove(first!)).toThrow('not queued')
})
