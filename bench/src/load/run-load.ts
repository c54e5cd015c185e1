import { build, type Histogram } from 'hdr-histogram-js'
import { cpuMicrosByName } from '../machine/cpu-time.js'
import { HttpConnection } from './http-connection.js'
import type { LoadJob, LoadResult } from './load-job.js'

/** Latencies are kept in µs. */
const histogram = () =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 120_000_000, numberOfSignificantValueDigits: 3 })

/** One job's counts. */
class Tally {
  readonly latencies: Histogram = histogram()
  readonly others: Record<string, number> = {}
  complaint: string | null = null
  accepted = 0
  acceptedInAll = 0
  measuring = false

  constructor(private readonly expected: number) {}

  /** @param since when the request was sent, or was due; performance.now() */
  answered(status: number, complaint: string | null, since: number): void {
    if (status !== this.expected) {
      this.others[status] = (this.others[status] ?? 0) + 1
      this.complaint ??= complaint
      return
    }
    this.acceptedInAll += 1
    if (!this.measuring) return
    this.accepted += 1
    this.latencies.recordValue(Math.max(1, Math.round((performance.now() - since) * 1_000)))
  }
}

/** Sends what the job says, and counts. Every request that was sent is waited for. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const { hostname, port } = new URL(job.url)
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => HttpConnection.open(hostname, Number(port))),
  )
  const tally = new Tally(job.accepted)
  const next = requestsOf(job)
  const one = async (connection: HttpConnection, since: number) => {
    try {
      const { status, complaint } = await connection.send(next())
      tally.answered(status, complaint, since)
      return true
    } catch (error) {
      tally.answered(0, (error as Error).message, since)
      return false
    }
  }
  let over = false
  const isOver = () => over
  const sending =
    job.perSecond === null ? closedLoop(connections, one, isOver) : openLoop(connections, one, isOver, job.perSecond)
  await sleep(job.warmUpMs)
  const cpuBefore = cpuMicrosByName(job.processes)
  const began = performance.now()
  tally.measuring = true
  await sleep(job.measureMs)
  tally.measuring = false
  const seconds = (performance.now() - began) / 1_000
  const cpuAfter = cpuMicrosByName(job.processes)
  over = true
  await sending
  for (const connection of connections) connection.close()
  const { accepted, acceptedInAll, others, complaint, latencies } = tally
  const ms = (percentile: number) => round(latencies.getValueAtPercentile(percentile) / 1_000, 2)
  return {
    accepted,
    acceptedInAll,
    others,
    complaint,
    seconds,
    perSecond: round(accepted / seconds, 1),
    p50Ms: ms(50),
    p99Ms: ms(99),
    maxMs: ms(100),
    cpuMicros: Object.fromEntries(
      Object.keys(job.processes).map((name) => [
        name,
        round(((cpuAfter[name] as number) - (cpuBefore[name] as number)) / Math.max(1, accepted), 1),
      ]),
    ),
  }
}

type Send = (connection: HttpConnection, since: number) => Promise<boolean>

async function closedLoop(connections: HttpConnection[], one: Send, isOver: () => boolean): Promise<void> {
  const loop = async (connection: HttpConnection) => {
    while (!isOver() && (await one(connection, performance.now()))) {}
  }
  await Promise.all(connections.map(loop))
}

/** A request that finds no free connection waits for one; its time runs from when it was due, so that nothing is left out. */
async function openLoop(connections: HttpConnection[], one: Send, isOver: () => boolean, perSecond: number) {
  const free = [...connections]
  const due: number[] = []
  const underway = new Set<Promise<void>>()
  const sendDue = () => {
    while (due.length > 0 && free.length > 0) {
      const connection = free.pop() as HttpConnection
      const request = one(connection, due.shift() as number).then((whole) => {
        underway.delete(request)
        if (whole) free.push(connection)
        sendDue()
      })
      underway.add(request)
    }
  }
  const began = performance.now()
  for (let sent = 0; !isOver(); ) {
    const wanted = Math.floor(((performance.now() - began) / 1_000) * perSecond)
    for (; sent < wanted; sent += 1) due.push(began + ((sent + 1) / perSecond) * 1_000)
    sendDue()
    await sleep(1)
  }
  while (underway.size > 0) await Promise.all(underway)
}

function requestsOf({ url, tokens, bodies, keyPrefix, method }: LoadJob): () => string {
  const { host, pathname } = new URL(url)
  if (method === 'GET') return readsOf(`GET ${pathname} HTTP/1.1\r\nhost: ${host}`, tokens)
  const heads = tokens.map(
    (token) =>
      `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\nidempotency-key: ${keyPrefix}`,
  )
  const tails = bodies.map((body) => `\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  let at = 0
  return () => {
    at += 1
    return `${heads[at % heads.length]}${at}${tails[at % tails.length]}`
  }
}

function readsOf(head: string, tokens: readonly string[]): () => string {
  const requests = tokens.map((token) => `${head}\r\nauthorization: Bearer ${token}\r\n\r\n`)
  let at = 0
  return () => requests[at++ % requests.length] as string
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const round = (value: number, digits: number) => Number(value.toFixed(digits))
