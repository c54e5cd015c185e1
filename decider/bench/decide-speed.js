// What a command costs the decider between fetching and producing: read, decide, apply, encode; groups of 115, as at 256
// connections. `node decider/bench/decide-speed.js` (after a build)
import { indexPlan, Partition, showStreams } from '@onsale/domain'
import { localCodec } from '@onsale/platform/codec'
import { systemClock, systemIds } from '@onsale/platform/ports'
import { createMetrics } from '@onsale/platform/telemetry'
import { recordName } from '@onsale/schemas'
import { decideArrived } from '../dist/group-commit.js'
import { createOwnerMetrics } from '../dist/metrics.js'
import { CommandReading } from '../dist/read-command.js'

const codec = localCodec()
const metrics = createOwnerMetrics(createMetrics({ service: 'bench', instance: 'bench' }))
const plan = indexPlan({
  name: 'A field',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'floor', name: 'Floor', color: '#2211aa' }],
  sections: [],
  areas: [{ id: 'floor', name: 'Floor', category: 'floor', capacity: 100_000_000 }],
})
const showId = `0.${systemIds.uuid()}`
const began = systemClock.now()
let offset = 0

function command(name, data, customer) {
  const id = systemIds.uuid()
  const headers = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: name,
    ce_source: '/onsale/command-api',
    ce_subject: showId,
    ce_time: new Date(began).toISOString(),
    'command-id': systemIds.uuid(),
    'body-hash': 'a1'.repeat(32),
    'caller-id': customer,
    deadline: String(began + 3_600_000),
    'correlation-id': id,
  }
  const asBytes = Object.entries(headers).map(([key, value]) => [key, Buffer.from(value)])
  const at = offset++
  return {
    topic: 'commands',
    partition: 0,
    offset: at,
    key: showId,
    value: codec.encode(name, data),
    headers: Object.fromEntries(asBytes),
    appendedAt: began + at,
  }
}

const hold = (n) =>
  command(
    recordName.HoldSeats,
    {
      showId,
      reservationId: `${showId}.${systemIds.uuid()}`,
      customerId: `customer-${n % 2_000}`,
      seats: [],
      areas: [{ area: 'floor', quantity: 1 }],
      bestAvailable: null,
      admission: null,
    },
    `customer-${n % 2_000}`,
  )

const state = new Partition({ partition: 0, streams: showStreams(() => plan) })
const options = { partition: 0, codec, metrics, signal: new AbortController().signal, onStalled() {} }
const deciding = {
  partition: 0,
  plans: { get: () => plan, async catchUp() {} },
  clock: systemClock,
  metrics,
  reading: new CommandReading(options),
  appending: { codec, ids: systemIds, claimId: systemIds.uuid(), source: '/decider/bench' },
}
let end = 0
async function decide(commands) {
  const { records } = await decideArrived(state, commands, deciding)
  state.committed(end)
  end += records.length
}

const terms = {
  showId,
  planHash: 'a'.repeat(64),
  title: 'A benchmark',
  currency: 'KRW',
  prices: [{ category: 'floor', priceMinor: 45_000 }],
  perCustomerLimit: 1_000,
  holdMs: 86_400_000,
  salesFrom: began - 1,
  salesUntil: began + 86_400_000,
  startsAt: began + 86_400_000,
  orphanRule: 'off',
  published: true,
}
await decide([command(recordName.ScheduleShow, terms, 'organizer')])
const groups = Array.from({ length: 400 }, (_, group) => Array.from({ length: 115 }, (_, n) => hold(group * 115 + n)))
for (const group of groups.splice(0, 100)) await decide(group)
const before = process.cpuUsage()
for (const group of groups) await decide(group)
const { user, system } = process.cpuUsage(before)
console.log(`${((user + system) / groups.length / 115).toFixed(1)} µs a command`)
