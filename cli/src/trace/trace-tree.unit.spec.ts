import { expect, test } from '@jest/globals'
import type { KeptSpan } from '@onsale/infra'
import { traceTree } from './trace-tree.js'

const [own, batch, other] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)]
const span = (traceId: string, spanId: string, parentId: string | null, more: Partial<KeptSpan>): KeptSpan => ({
  service: 'command-api',
  traceId,
  spanId,
  parentId,
  name: spanId,
  startUs: 1_795_711_390_131_000,
  endUs: 1_795_711_390_141_000,
  attributes: {},
  links: [],
  failed: false,
  ...more,
})
const later = (us: number) => ({ startUs: 1_795_711_390_131_000 + us, endUs: 1_795_711_390_141_000 + us })

const spans = [
  // The caller's own span is not here: its child is a root.
  span(own, 'request', 'caller', { name: 'POST /api', attributes: { 'http.response.status_code': 201 } }),
  span(own, 'send', 'request', {
    name: 'send commands',
    ...later(1_000),
    attributes: { 'messaging.destination.partition.id': '1', 'messaging.kafka.offset': 7 },
  }),
  span(batch, 'batch', null, {
    service: 'decider',
    name: 'process commands',
    ...later(2_000),
    links: [
      { traceId: own, spanId: 'send' },
      { traceId: other, spanId: 'send' },
    ],
  }),
  span(batch, 'decide', 'batch', { service: 'decider', ...later(3_000) }),
  span(own, 'await', 'request', { ...later(4_000), failed: true, attributes: { 'error.type': 'TypeError' } }),
]

test('children beneath their parents in time, a batch beneath what it is linked to, what it is said to be beside it', () => {
  expect(traceTree(own, spans)).toEqual([
    `trace ${own}  2026-11-26T16:43:10.131Z  14.0 ms in all`,
    'command-api  POST /api             +0.0 ms  10.0 ms  201',
    '├─ command-api  send commands      +1.0 ms  10.0 ms  at 1/7',
    '│  └─ ↪ decider  process commands  +2.0 ms  10.0 ms  linked batch of 2, trace bbbbbbbb…',
    '│     └─ decider  decide           +3.0 ms  10.0 ms',
    '└─ command-api  await              +4.0 ms  10.0 ms  FAILED TypeError',
  ])
})

test('of a trace that is not there, nothing', () => expect(traceTree(other, spans)).toEqual([]))
