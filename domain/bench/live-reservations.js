// What so many live reservations cost: bytes on and off the heap for each, and how long a full collection of garbage takes, as JSON.
// Build the room first: `node --expose-gc --single-threaded-gc domain/bench/live-reservations.js [reservations]`.
import { indexPlan, Partition, showStreams } from '../dist/index.js'

const reservations = Number(process.argv[2] ?? 275_000)
const uuid = (n) =>
  `${n.toString(16).padStart(8, '0')}-0000-7000-8000-${(n * 2654435761).toString(16).padStart(12, '0').slice(-12)}`
const hash = (n) => n.toString(16).padStart(8, '0').repeat(8)
const plan = indexPlan({
  name: 'Field',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'a', name: 'A', color: '#123456' }],
  sections: [],
  areas: [{ id: 'field', name: 'Field', category: 'a', capacity: reservations }],
})
const showId = `0.${uuid(1)}`
const began = 1_795_000_000_000
const partition = new Partition({ partition: 0, streams: showStreams(() => plan) })
let offset = 0

/** Of its own copy, as each command that comes from the log is. */
const ask = (type, data, at) => {
  const envelope = { offset, appendedAt: at, type, data: JSON.parse(JSON.stringify(data)), subject: showId }
  const { records } = partition.decide(
    { ...envelope, callerId: 'c', deadline: null, commandId: uuid(offset), bodyHash: hash(offset) },
    at,
  )
  if (records[0].event.type === 'CommandRejected') throw new Error(JSON.stringify(records[0].event.data))
  partition.apply(records)
  partition.committed(offset++)
}
const used = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage()
}
const prices = [{ category: 'a', priceMinor: 99_000 }]
const window = { holdMs: 600_000, salesFrom: began, salesUntil: began + 10 ** 9, startsAt: began + 10 ** 9 }
const terms = { planHash: 'h', title: 'Bench', currency: 'KRW', prices, perCustomerLimit: 4, orphanRule: 'off' }
ask('ScheduleShow', { showId, ...terms, ...window, published: true }, began)
const before = used()
for (let n = 0; n < reservations; n++) {
  const reservation = { reservationId: `${showId}.${uuid(n)}`, customerId: uuid(2 ** 31 + n) }
  const choice = { seats: [], areas: [{ area: 'field', quantity: 1 }], bestAvailable: null, admission: null }
  ask('HoldSeats', { showId, ...reservation, ...choice }, began + (n >> 3))
}
const after = used()
const collections = Array.from({ length: 9 }, () => {
  const from = performance.now()
  globalThis.gc()
  return performance.now() - from
}).sort((a, b) => a - b)
console.log(
  JSON.stringify({
    reservations,
    heapBytesEach: Math.round((after.heapUsed - before.heapUsed) / reservations),
    // The keys of the commands among them: 40 bytes each, or up to twice that while their ring grows.
    outsideBytesEach: Math.round((after.arrayBuffers - before.arrayBuffers) / reservations),
    collectionMs: Number(collections[4].toFixed(1)),
  }),
)
