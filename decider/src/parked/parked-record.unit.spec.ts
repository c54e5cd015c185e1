import { expect, test } from '@jest/globals'
import type { ParkedRecord, RawRecord } from '@onsale/platform/log'
import { foldParked, type ParkedDecision, toDecisionRecord, toParkedRecord } from './parked-record.js'

const command = (offset: number, partition = 1): RawRecord => ({
  topic: 'commands',
  partition,
  offset,
  key: 'key',
  value: Buffer.from('poison'),
  headers: { ce_id: 'request', 'decided-by': 'the sender', twice: ['a', Buffer.from('b')] },
  appendedAt: 100,
})
const parked = (offset: number, reason = 'value-malformed', partition = 1) =>
  toParkedRecord(command(offset, partition), { id: `parked-${offset}`, reason, now: 200, source: '/decider/one' })
const place = (offset: number, partition = 1) => ({ partition, offset, key: 'key' })
const redriven: ParkedDecision = { kind: 'redriven', by: 'ops-1', at: 300, reason: null, offset: 17 }
const dropped: ParkedDecision = { kind: 'dropped', by: 'ops-2', at: 400, reason: 'junk', offset: null }

const inLog = (...records: ParkedRecord[]): RawRecord[] =>
  records.map((record, offset) => ({ topic: 'parked', partition: 1, appendedAt: 250, offset, ...record }))

test('a command comes back as it was, whatever its headers are called', () => {
  expect(foldParked(inLog(parked(5)))).toEqual([
    {
      ...{ partition: 1, offset: 5, id: 'parked-5', reason: 'value-malformed', appendedAt: 100, parkedAt: 200 },
      ...{ key: 'key', value: Buffer.from('poison'), headers: command(5).headers, decision: null },
    },
  ])
})

test('each has the decision that was made about it, the first one', () => {
  const records = inLog(
    parked(5),
    parked(6),
    toDecisionRecord(place(6), 'd1', dropped),
    parked(7),
    toDecisionRecord(place(5), 'd2', redriven),
    toDecisionRecord(place(5), 'd3', dropped),
  )
  expect(foldParked(records).map(({ offset, decision }) => [offset, decision])).toEqual([
    [5, redriven],
    [6, dropped],
    [7, null],
  ])
})

test('a command parked a second time is one; the same offset of another partition is another', () => {
  const records = inLog(parked(5), parked(5, 'schema-unknown'), parked(5, 'value-missing', 0))
  expect(foldParked(records).map(({ partition, reason }) => [partition, reason])).toEqual([
    [1, 'value-malformed'],
    [0, 'value-missing'],
  ])
})

test('what is none of these records, or decides about nothing, says nothing', () => {
  const stray: ParkedRecord = { key: null, value: Buffer.from('x'), headers: { ce_type: 'else' } }
  const wrong: ParkedRecord = { ...parked(5), headers: { ...parked(5).headers, 'command-offset': 'five' } }
  expect(foldParked(inLog(stray, wrong, toDecisionRecord(place(5), 'd1', dropped)))).toEqual([])
  const undecided = inLog(parked(5), { ...stray, headers: { ...parked(5).headers, ce_type: 'else' } })
  expect(foldParked(undecided)).toMatchObject([{ decision: null }])
})
