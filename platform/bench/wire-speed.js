// What a record costs on its way into and out of kafkajs: its own code against ours (src/log/wire). `node platform/bench/wire-speed.js`
import { createRequire } from 'node:module'
import { decodeFetch } from '../dist/log/wire/fetch-response.js'
import { encodeProduce } from '../dist/log/wire/produce-request.js'

const require = createRequire(import.meta.url)
const itsProduce = require('kafkajs/src/protocol/requests/produce/v7/request.js')
const itsFetch = require('kafkajs/src/protocol/requests/fetch/v11/response.js')
const Encoder = require('kafkajs/src/protocol/encoder.js')

const uuid = '0198c9a1-3b5e-7cc3-98c4-dc0c0c07398f'
const headers = {
  ce_specversion: '1.0',
  ce_id: uuid,
  ce_type: 'onsale.reservation.events.SeatsHeld',
  ce_source: '/decider/decider',
  ce_time: '2026-01-01T00:00:00.000Z',
  'claim-id': uuid,
  ce_subject: `1.${uuid}`,
  'stream-version': '12345',
  'command-offset': '23456',
  'command-id': uuid,
  'body-hash': 'a'.repeat(64),
  'caller-id': 'customer-1',
  'command-records': '1',
  'causation-id': uuid,
  'correlation-id': uuid,
}
const records = 115
const messages = Array.from({ length: records }, () => ({
  key: `1.${uuid}`,
  value: Buffer.alloc(220, 7),
  headers: { ...headers },
}))
const partitions = [{ partition: 0, firstSequence: 0, messages }]
const facts = {
  acks: -1,
  timeout: 1,
  transactionalId: 'x',
  producerId: '12',
  producerEpoch: 1,
  topicData: [{ topic: 't', partitions }],
}

const produced = encodeProduce(facts, 1)
const batch = produced.subarray(2 + 1 + 2 + 4 + 4 + 2 + 1 + 4 + 4 + 4)
const fetched = new Encoder()
  .writeInt32(0)
  .writeInt16(0)
  .writeInt32(0)
  .writeInt32(1)
  .writeString('t')
  .writeInt32(1)
  .writeInt32(0)
  .writeInt16(0)
  .writeInt64(1)
  .writeInt64(1)
  .writeInt64(1)
  .writeInt32(0)
  .writeInt32(-1)
  .writeInt32(batch.length)
  .writeBuffer(batch).buffer

async function microsPerRecord(rounds, work) {
  for (let round = 0; round < rounds / 4; round += 1) await work()
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round += 1) await work()
  const { user, system } = process.cpuUsage(before)
  return Number(((user + system) / rounds / records).toFixed(2))
}

console.table({
  'a record produced': {
    'kafkajs, µs': await microsPerRecord(100, () => itsProduce(facts).encode()),
    'ours, µs': await microsPerRecord(1_000, () => encodeProduce(facts, 1)),
  },
  'a record fetched': {
    'kafkajs, µs': await microsPerRecord(200, () => itsFetch.decode(fetched)),
    'ours, µs': await microsPerRecord(1_000, () => decodeFetch(fetched)),
  },
})
