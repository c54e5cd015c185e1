import { expect, test } from '@jest/globals'
import { fewAtATime } from './few-at-a-time.js'

test('never more than so many at once, in order, and a failure makes room too', async () => {
  const inTurn = fewAtATime(2)
  const began: number[] = []
  const ends: (() => void)[] = []
  const all = [0, 1, 2, 3].map((at) =>
    inTurn(() => {
      began.push(at)
      return new Promise<void>((resolve, reject) => ends.push(at === 0 ? () => reject(new Error('no')) : resolve))
    }),
  )
  const failed = expect(all[0]).rejects.toThrow('no')
  expect(began).toEqual([0, 1])
  ends[0]?.()
  await failed
  expect(began).toEqual([0, 1, 2])
  ends[1]?.()
  ends[2]?.()
  await Promise.all(all.slice(1, 3))
  expect(began).toEqual([0, 1, 2, 3])
  ends[3]?.()
  await all[3]
})
