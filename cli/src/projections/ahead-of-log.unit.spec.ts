import { expect, it } from '@jest/globals'
import { aheadOfLog } from './ahead-of-log.js'

const at = (nextOffset: number) => ({
  ...{ projection: 'seats', version: 2, topic: 'events' },
  progress: { partitions: [{ partition: 1, nextOffset, endOffset: 0, updatedAt: null }] },
})
const ends = new Map([['events', new Map([[1, { end: 10 }]])]])

it('at the end is not ahead of it, one further is', () => {
  expect(aheadOfLog([at(9), at(10)], ends)).toEqual([])
  expect(aheadOfLog([at(11)], ends)).toEqual([
    'version 2 of seats is at 11 of events/1, and the log ends at 10: it was made from another log, or the log lost records (./onsale doctor)',
  ])
})
