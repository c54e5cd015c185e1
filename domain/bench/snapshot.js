// What a snapshot of a partition with a full show and a day's keys costs, as JSON; times are the process's CPU time. Build the room first: `node domain/bench/snapshot.js [events]`.
import { gzipSync } from 'node:zlib'
import { indexPlan, Partition, PartitionRestore, roundHall, showStreams } from '../dist/index.js'

const events = Number(process.argv[2] ?? 1_000_000)
const uuid = (n) =>
  `${n.toString(16).padStart(8, '0')}-0000-7000-8000-${(n * 2654435761).toString(16).padStart(12, '0').slice(-12)}`
const hash = (n) => n.toString(16).padStart(8, '0').repeat(8)
const plan = indexPlan(roundHall({ seats: 50_000 }))
const showId = `0.${uuid(1)}`
const options = { partition: 0, streams: showStreams(() => plan) }
const partition = new Partition(options)
const timed = (work) => {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return [result, Math.round((user + system) / 100) / 10]
}

let offset = 0
const ask = (type, data, at) => {
  const envelope = {
    offset: partition.position + 1,
    appendedAt: at,
    type,
    data,
    subject: showId,
    callerId: 'c',
    deadline: null,
  }
  partition.apply(partition.decide({ ...envelope, commandId: uuid(offset), bodyHash: hash(offset) }, at).records)
  partition.committed(offset++)
}
const prices = plan.categoryIds.map((category) => ({ category, priceMinor: 99_000 }))
const window = { holdMs: 3_600_000, salesFrom: 0, salesUntil: 10 ** 12, startsAt: 10 ** 12 }
ask(
  'ScheduleShow',
  {
    showId,
    planHash: 'h',
    title: 'Bench',
    currency: 'KRW',
    prices,
    perCustomerLimit: 4,
    ...window,
    orphanRule: 'off',
    published: true,
  },
  0,
)
const hold = (n, seats) =>
  ask(
    'HoldSeats',
    {
      showId,
      reservationId: `${showId}.${uuid(n)}`,
      customerId: `customer-${n}`,
      seats,
      areas: [],
      bestAvailable: null,
      admission: null,
    },
    offset,
  )
for (let n = 0; n < 24_999; n++) hold(n, [plan.seatIds[2 * n], plan.seatIds[2 * n + 1]])
// The last two seats come and go.
const last = plan.seatIds.slice(-2)
for (let n = 25_000; offset < events; n++) {
  hold(n, last)
  ask('ReleaseHold', { showId, reservationId: `${showId}.${uuid(n)}`, customerId: `customer-${n}` }, offset)
}

const round = () => {
  const [captured, captureMs] = timed(() => partition.snapshot())
  const [parts, rowsMs] = timed(() => [...captured])
  const [bytes, encodeMs] = timed(() =>
    parts.map((part) =>
      part.part === 'keys'
        ? Buffer.from(part.words.buffer, part.words.byteOffset, part.words.byteLength)
        : Buffer.from(JSON.stringify(part)),
    ),
  )
  const [zipped, zipMs] = timed(() => bytes.reduce((sum, one) => sum + gzipSync(one, { level: 1 }).length, 0))
  const [restored, restoreMs] = timed(() => {
    const restore = new PartitionRestore(options)
    parts.forEach((part, at) => {
      restore.take(part.part === 'keys' ? part : JSON.parse(bytes[at].toString()))
    })
    return restore.finish()
  })
  const mib = (count) => Math.round((count / 2 ** 20) * 10) / 10
  const size = bytes.reduce((sum, one) => sum + one.length, 0)
  return {
    parts: parts.length,
    mib: mib(size),
    zippedMib: mib(zipped),
    captureMs,
    rowsMs,
    encodeMs,
    zipMs,
    restoreMs,
    same: restored.position === partition.position,
  }
}
for (let n = 0; n < 3; n++) round()
console.log(JSON.stringify({ events: offset, reservations: 25_000, ...round() }))
