// What a waiting room of many entries costs: memory, joins, positions, admissions, the draw. Times are the process's CPU time.
// Build the room first: `node --expose-gc domain/bench/waiting-room.js [entries]`.
import { createHash, createHmac } from 'node:crypto'
import { aheadOf, Partition, PartitionRestore, roomStreams } from '../dist/index.js'

const entries = Number(process.argv[2] ?? 1_000_000)
const hashes = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
}
const uuid = (n) => `${n.toString(16).padStart(8, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const bodyHash = 'a1'.repeat(32)
const seed = 'b2'.repeat(32)
const showId = `0.${uuid(1)}`
const start = 1_800_000_000_000
const options = { partition: 0, streams: roomStreams(hashes), idempotency: { maxAccepted: 1024, maxRejected: 1024 } }

const cpuMs = (work) => {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return [result, (user + system) / 1_000]
}
const round = (value, digits = 1) => Number(value.toFixed(digits))
const heap = () => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function room(opensAt) {
  const partition = new Partition(options)
  let end = 0
  let asked = 0
  const take = (records) => {
    partition.apply(records)
    partition.committed(end)
    end += records.length
    return records.length
  }
  return {
    partition,
    get state() {
      return partition.streams.get(showId).state
    },
    take,
    ask(type, data, at) {
      const envelope = {
        offset: partition.position + 1,
        appendedAt: at,
        type,
        data: { showId, ...data },
        subject: showId,
      }
      const ids = { commandId: uuid(asked++), bodyHash, callerId: 'someone', deadline: null }
      for (;;) {
        const { records, answered } = partition.decide({ ...envelope, ...ids }, at)
        take(records)
        if (answered) return records[0].event
      }
    },
    begin() {
      const settings = {
        ratePerMinute: 600_000,
        slots: 100_000,
        admissionMs: 60_000,
        graceMs: 60_000,
        priorityPercent: 0,
      }
      const data = { commitment: hashes.sha256(seed), lobbyFrom: start, opensAt, ...settings }
      this.ask('ScheduleRoom', data, start)
    },
    open() {
      this.ask('OpenRoom', { seed }, opensAt)
      const steps = []
      while (partition.nextDeadline() !== null && partition.nextDeadline() <= opensAt) {
        steps.push(cpuMs(() => take(partition.tick(opensAt, 500)))[1])
      }
      this.ask('ClaimTerm', { controllerId: 'bench' }, opensAt)
      const stock = { fromVersion: 0, showVersion: 1, showOffset: 1, freePlaces: 10_000_000, perCustomerLimit: 4 }
      this.ask('ReportStock', { ...stock, changes: [] }, opensAt)
      return steps
    },
  }
}

// Everybody in the lobby, then the draw.
const before = heap()
const lobby = room(start + 1_000)
lobby.begin()
const customers = Array.from({ length: entries }, (_, n) => uuid(n))
const [, joinMs] = cpuMs(() => {
  for (const customerId of customers) lobby.ask('EnterRoom', { customerId, lane: 'standard' }, start + 1)
})
const [steps, openMs] = cpuMs(() => lobby.open())
const drawnBytes = heap()
customers.length = 0
const bytesPerEntry = (heap() - before) / entries

// The same after opening, and admissions.
const queue = room(start)
queue.begin()
queue.open()
const [, queueMs] = cpuMs(() => {
  for (let n = 0; n < entries; n++) queue.ask('EnterRoom', { customerId: uuid(n), lane: 'standard' }, start + 1)
})
const looks = 200_000
const [, positionMs] = cpuMs(() => {
  for (let n = 0; n < looks; n++) aheadOf(queue.state, (n * 7_919) % entries)
})
let admitted = 0
const [, admitMs] = cpuMs(() => {
  for (let at = start + 1; admitted < Math.min(entries, 90_000); at += 50) {
    const event = queue.ask('AdmitVisitors', { term: 1, most: 500 }, at)
    if (event.type !== 'AdmissionGranted') throw new Error(event.data.reason)
    admitted = queue.state.admissions.size
  }
})
const [parts, captureMs] = cpuMs(() => [...queue.partition.snapshot()])
const snapshotBytes = parts.reduce(
  (sum, part) => sum + (part.words ? part.words.byteLength : JSON.stringify(part).length),
  0,
)
const [, restoreMs] = cpuMs(() => {
  const restore = new PartitionRestore(options)
  for (const part of parts) restore.take(part)
  return restore.finish()
})
console.log(
  JSON.stringify({
    entries,
    bytesPerEntry: Math.round(bytesPerEntry),
    withoutCustomersMib: round((drawnBytes - before) / 2 ** 20),
    lobbyJoinsPerSecond: Math.round((entries / joinMs) * 1_000),
    queueJoinsPerSecond: Math.round((entries / queueMs) * 1_000),
    drawMs: round(openMs),
    drawSteps: steps.length,
    longestDrawStepMs: round(Math.max(...steps)),
    positionUs: round((positionMs / looks) * 1_000, 2),
    admissionsPerSecond: Math.round((admitted / admitMs) * 1_000),
    snapshotMib: round(snapshotBytes / 2 ** 20),
    captureMs: round(captureMs),
    restoreMs: round(restoreMs),
  }),
)
