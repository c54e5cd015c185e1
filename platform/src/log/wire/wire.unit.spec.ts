import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { crc32c } from './crc32c.js'
import { decodeFetch } from './fetch-response.js'
import { encodeProduce, type ProduceFacts } from './produce-request.js'

// kafkajs's own code is the standard: ours has to give the same bytes and the same records, only sooner.
const require = createRequire(import.meta.url)
const itsProduce = require('kafkajs/src/protocol/requests/produce/v7/request.js') as (facts: object) => {
  encode(): Promise<{ buffer: Buffer }>
}
const itsFetch = require('kafkajs/src/protocol/requests/fetch/v11/response.js') as {
  decode(payload: Buffer): Promise<unknown>
}
const Encoder = require('kafkajs/src/protocol/encoder.js') as new () => Its
interface Its {
  buffer: Buffer
  writeInt8(n: number): Its
  writeInt16(n: number): Its
  writeInt32(n: number): Its
  writeInt64(n: bigint | number): Its
  writeString(text: string): Its
  writeBuffer(bytes: Buffer): Its
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const text = fc.oneof(
  fc.string({ maxLength: 100 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('0198c9a1-3b5e-7cc3-98c4-dc0c0c07398f', 'onsale.reservation.events.SeatsHeld'),
)
const header = fc.oneof(text, bytes, fc.array(fc.oneof(text, bytes), { minLength: 1, maxLength: 3 }))
const name = fc.oneof(
  fc.constantFrom('ce_id', 'ce_type', 'claim-id', 'x'),
  // kafkajs takes what every object has for an earlier header of that name.
  fc.string({ minLength: 1, maxLength: 70 }).filter((text) => !(text in {})),
)
const message = fc.record({
  key: fc.oneof(fc.constant(null), text, bytes),
  value: fc.oneof(fc.constant(null), bytes, fc.constant(Buffer.alloc(9_000, 'v'))),
  headers: fc.dictionary(name, header, { maxKeys: 20 }),
  timestamp: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }).map(String),
})
const facts = fc.record({
  transactionalId: fc.oneof(fc.constant(null), fc.constant('env.decider.t.0')),
  acks: fc.constant(-1),
  timeout: fc.integer({ min: 0, max: 60_000 }),
  producerId: fc.oneof(fc.constant('-1'), fc.bigInt({ min: 0n, max: 2n ** 53n }).map(String)),
  producerEpoch: fc.integer({ min: 0, max: 30_000 }),
  topicData: fc.array(
    fc.record({
      topic: fc.constantFrom('local.reservation.events', 'local.reservation.commands'),
      partitions: fc.array(
        fc.record({
          partition: fc.nat(100),
          firstSequence: fc.nat(),
          messages: fc.array(message, { minLength: 1, maxLength: 5 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
})

/** The record batches of what was produced, as they lie in the log from `offset` on. */
function batchesOf(produced: Buffer): Buffer {
  // transactional id, acks, timeout, one topic, one partition, size of the batches
  const id = produced.readInt16BE(0)
  let at = 2 + Math.max(0, id) + 2 + 4 + 4
  at += 2 + produced.readInt16BE(at) + 4 + 4
  const size = produced.readInt32BE(at)
  return produced.subarray(at + 4, at + 4 + size)
}

function fetched(batches: Buffer): Buffer {
  return new Encoder()
    .writeInt32(7)
    .writeInt16(0)
    .writeInt32(99)
    .writeInt32(1)
    .writeString('local.reservation.events')
    .writeInt32(1)
    .writeInt32(3)
    .writeInt16(0)
    .writeInt64(2 ** 40)
    .writeInt64(2 ** 40 - 1)
    .writeInt64(0)
    .writeInt32(1)
    .writeInt64(4_000)
    .writeInt64(17)
    .writeInt32(-1)
    .writeInt32(batches.length)
    .writeBuffer(batches).buffer
}

const onePartition = (message_: ReturnType<typeof messagesOf>, more: Partial<ProduceFacts> = {}): ProduceFacts => ({
  acks: -1,
  timeout: 1,
  topicData: [{ topic: 't', partitions: [{ partition: 0, messages: message_ }] }],
  ...more,
})
const messagesOf = (...all: ProduceFacts['topicData'][number]['partitions'][number]['messages']) => all

describe('a Produce request', () => {
  test('has the very bytes that kafkajs would write', () =>
    fc.assert(
      fc.asyncProperty(facts, async (given) => {
        const theirs = (await itsProduce(given).encode()).buffer
        expect(encodeProduce(given, 0).equals(theirs)).toBe(true)
      }),
      { numRuns: 200, endOnFailure: true },
    ))

  test('without times of its own has the time of now, in every record', async () => {
    const given = onePartition(messagesOf({ value: Buffer.from('a') }, { value: Buffer.from('b') }))
    const decoded = decodeFetch(fetched(batchesOf(encodeProduce(given, 1_700_000_000_123))))
    expect(decoded?.responses[0]?.partitions[0]?.messages.map(({ timestamp }) => timestamp)).toEqual([
      '1700000000123',
      '1700000000123',
    ])
  })
})

describe('a Fetch response', () => {
  const produced = fc
    .array(message, { minLength: 1, maxLength: 8 })
    .map((messages) => batchesOf(encodeProduce(onePartition(messages), 0)))

  /** The broker's own fields: base offset and the bits of the attributes. */
  const inLog = fc
    .tuple(produced, fc.nat(2 ** 31), fc.constantFrom(0, 0x08, 0x18, 0x10, 0x30))
    .map(([batch, offset, bits]) => {
      const copy = Buffer.from(batch)
      copy.writeBigInt64BE(BigInt(offset), 0)
      copy.writeInt16BE(bits, 21)
      return copy
    })

  /** Bytes of the batches that lie whole in the first `kept`. */
  const wholeBatches = (batches: Buffer[], kept: number): number => {
    let end = 0
    for (const { length } of batches) {
      if (end + length > kept) break
      end += length
    }
    return end
  }
  /** Offset, length, epoch and the byte that says which form a batch has. */
  const upToMagic = 17

  test('gives what kafkajs would give', () =>
    fc.assert(
      fc.asyncProperty(fc.array(inLog, { minLength: 0, maxLength: 3 }), fc.nat(400), async (batches, cut) => {
        const all = Buffer.concat(batches)
        const kept = Math.max(0, all.length - cut)
        const whole = wholeBatches(batches, kept)
        // kafkajs fails where what is left of a batch is less than says which form it has; ours passes over that too.
        const theirs = await itsFetch.decode(fetched(all.subarray(0, kept - whole < upToMagic ? whole : kept)))
        expect(isDeepStrictEqual(decodeFetch(fetched(all.subarray(0, kept))), theirs)).toBe(true)
      }),
      { numRuns: 200, endOnFailure: true },
    ))

  test('of a compressed batch is left to kafkajs', () => {
    const batch = batchesOf(encodeProduce(onePartition(messagesOf({ value: Buffer.from('a') })), 0))
    batch.writeInt16BE(1, 21)
    expect(decodeFetch(fetched(batch))).toBeNull()
  })

  test.each(['__proto__', 'toString', 'constructor'])('of a header called %s has it as any other', (name) => {
    const headers = Object.defineProperty({}, name, { value: 'x', enumerable: true })
    const batch = batchesOf(encodeProduce(onePartition(messagesOf({ value: null, headers })), 0))
    const got = decodeFetch(fetched(batch))?.responses[0]?.partitions[0]?.messages[0]?.headers as object
    expect(Object.getPrototypeOf(got)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(got, name)?.value).toEqual(Buffer.from('x'))
  })

  test('that lies about a length is refused', () => {
    const batch = batchesOf(encodeProduce(onePartition(messagesOf({ value: Buffer.from('abc') })), 0))
    batch[61] = 2
    expect(() => decodeFetch(fetched(batch))).toThrow()
  })
})

describe('CRC-32C', () => {
  test('is that of the standard', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.alloc(0))).toBe(0)
  })

  test('counts only the part asked for', () => {
    expect(crc32c(Buffer.from('xx123456789yy'), 2, 11)).toBe(0xe3069283)
  })
})
