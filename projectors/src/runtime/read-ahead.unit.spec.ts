import { expect, test } from '@jest/globals'
import { ReadAhead } from './read-ahead.js'

const step = () => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  return { promise, resolve, reject }
}

test('the next batch of a partition begins when the one before is applied, and the reader waits no longer than that', async () => {
  const begun: string[] = []
  const ahead = new ReadAhead(() => {})
  const [first, second] = [step(), step()]
  const apply =
    (name: string, { promise }: ReturnType<typeof step>) =>
    async () => {
      begun.push(name)
      await promise
    }
  await ahead.begin(0, apply('first', first))
  await ahead.begin(1, apply('of another partition', step()))
  const next = ahead.begin(0, apply('second', second))
  await Promise.resolve()
  expect(begun).toEqual(['first', 'of another partition'])
  first.resolve()
  await next
  expect(begun).toEqual(['first', 'of another partition', 'second'])
})

test('after a batch that failed nothing is begun, in no partition, and the failure is told once', async () => {
  const begun: string[] = []
  const failures: Error[] = []
  const ahead = new ReadAhead((error) => failures.push(error))
  const first = step()
  await ahead.begin(0, () => first.promise)
  const next = ahead.begin(0, async () => void begun.push('second'))
  first.reject(new Error('no'))
  await next
  await ahead.begin(1, async () => void begun.push('of another partition'))
  await ahead.settled()
  expect(begun).toEqual([])
  expect(failures.map(({ message }) => message)).toEqual(['no'])
})
