// Prints what the hot paths cost on this machine. Build the room first: `node domain/bench/run.js`.
import {
  decide,
  dueDeadlines,
  evolve,
  IdempotencyTable,
  indexPlan,
  Partition,
  packKey,
  roundHall,
  showStreams,
} from '../dist/index.js'

const uuid = (n) =>
  `${n.toString(16).padStart(8, '0')}-0000-7000-8000-${(n * 2654435761).toString(16).padStart(12, '0').slice(-12)}`
const hash = (n) => n.toString(16).padStart(8, '0').repeat(8)

/** The median of several rounds, in ns of this process's CPU time an operation: other load on the machine counts little. */
function measure(name, rounds, operations, prepare, run) {
  const times = []
  for (let round = 0; round < rounds; round++) {
    const prepared = prepare()
    const before = process.cpuUsage()
    run(prepared)
    const { user, system } = process.cpuUsage(before)
    times.push(((user + system) * 1000) / operations)
  }
  times.sort((a, b) => a - b)
  console.log(`${name.padEnd(72)} ${times[times.length >> 1].toFixed(0).padStart(8)} ns`)
}

const plan = indexPlan(roundHall({ seats: 50_000 }))
const showId = `0.${uuid(1)}`
const terms = {
  showId,
  planHash: 'hall',
  title: 'Bench',
  currency: 'KRW',
  prices: plan.categoryIds.map((category) => ({ category, priceMinor: 99_000 })),
  perCustomerLimit: 4,
  holdMs: 300_000,
  salesFrom: 0,
  salesUntil: 10 ** 12,
  startsAt: 10 ** 12,
  orphanRule: 'off',
  published: true,
}
const holds = Array.from({ length: 25_000 }, (_, n) => ({
  type: 'HoldSeats',
  data: {
    showId,
    reservationId: `${showId}.${uuid(n)}`,
    customerId: `c${n}`,
    seats: [plan.seatIds[2 * n], plan.seatIds[2 * n + 1]],
    areas: [],
    bestAvailable: null,
    admission: null,
  },
}))
const scheduled = () => evolve(null, decide(null, { type: 'ScheduleShow', data: terms }, 0, plan).events[0], plan)
const holdAll = (state) => {
  for (let n = 0; n < holds.length; n++) evolve(state, decide(state, holds[n], n, null).events[0], null)
  return state
}

measure('HoldSeats of 2 seats, decide + evolve, 50,000 seats, free to full', 9, holds.length, scheduled, holdAll)
measure(
  'HoldSeats refused (seat-taken), full house',
  9,
  holds.length,
  () => holdAll(scheduled()),
  (state) => {
    for (const { type, data } of holds)
      decide(state, { type, data: { ...data, reservationId: `${data.reservationId}x`, customerId: 'late' } }, 1, null)
  },
)
measure(
  'HoldExpired, chunks of 500, dueDeadlines + evolve',
  9,
  holds.length,
  () => holdAll(scheduled()),
  (state) => {
    for (let due = dueDeadlines(state, 10 ** 9, 500); due.length > 0; due = dueDeadlines(state, 10 ** 9, 500)) {
      for (const event of due) evolve(state, event, null)
    }
  },
)

const envelopes = holds.map(({ type, data }, n) => ({
  offset: n + 1,
  appendedAt: n,
  type,
  data,
  subject: showId,
  commandId: uuid(n),
  bodyHash: hash(n),
  callerId: 'c',
  deadline: null,
}))
const open = () => {
  const partition = new Partition({ partition: 0, streams: showStreams(() => plan) })
  const first = { ...envelopes[0], offset: 0, type: 'ScheduleShow', data: terms, commandId: uuid(999_999) }
  partition.apply(partition.decide(first, 0).records)
  partition.committed(0)
  return partition
}
measure(
  'Partition: needsFlushBefore + decide + apply + committed, batches of 100',
  9,
  holds.length,
  open,
  (partition) => {
    let offset = 2
    for (const envelope of envelopes) {
      if (partition.needsFlushBefore(envelope) || partition.uncommitted === 100) {
        const count = partition.uncommitted
        partition.committed(offset)
        offset += count + 1
      }
      partition.apply(partition.decide(envelope, envelope.appendedAt).records)
    }
  },
)

const million = 2 ** 20
const table = new IdempotencyTable()
const ids = Array.from({ length: million }, (_, n) => [uuid(n), hash(n)])
measure(
  'Idempotency: remember (packed beforehand), growing to 1 Mi keys',
  1,
  million,
  () => ids.map(([id, body]) => packKey(id, body)),
  (keys) => {
    keys.forEach((key, n) => {
      table.remember(key, 'accepted', n, n)
    })
  },
)
const keysOf = (from) =>
  Array.from({ length: million }, (_, n) =>
    packKey(uuid(((n * 700_001) % million) + from), hash((n * 700_001) % million)),
  )
const known = keysOf(0)
const strange = keysOf(million)
const lookAll = (keys, kind) => () => {
  for (const key of keys) if (table.lookup(key, 1).kind !== kind) throw new Error('wrong')
}
measure('Idempotency: lookup of a known key, 1 Mi keys, random order', 5, million, () => {}, lookAll(known, 'repeated'))
measure('Idempotency: lookup of a fresh key, 1 Mi keys, random order', 5, million, () => {}, lookAll(strange, 'fresh'))
measure(
  'Idempotency: packing a key from its texts',
  5,
  million,
  () => {},
  () => {
    for (const [id, body] of ids) packKey(id, body)
  },
)
console.log(`Idempotency: ${(table.bytes / 2 ** 20).toFixed(0)} MiB for ${table.size} keys`)
