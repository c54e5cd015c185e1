import { expect, test } from '@jest/globals'
import { firstOffsetIn } from './appended.js'

const answer = { topicName: 't', partition: 1, errorCode: 0, baseOffset: '42' }

test('the offset of the partition asked for', () => {
  expect(firstOffsetIn([{ ...answer, partition: 0, baseOffset: '7' }, answer], 1)).toBe(42)
})

test('silence about the partition is no acknowledgement', () => {
  expect(() => firstOffsetIn([], 1)).toThrow('partition 1 was not acknowledged')
  expect(() => firstOffsetIn([{ ...answer, partition: 0 }], 1)).toThrow('partition 1 was not acknowledged')
})
