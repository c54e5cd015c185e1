import { HttpConnection } from '../load/http-connection.js'
import { type OverloadJob, type OverloadResult, type Phase, type PhaseResult, type Window, windowMs } from './phase.js'

/** A client that is told to come back does so after this at the soonest: here it is another customer who comes. */
const connectTries = 20

/** The client's side of an overload: sends, counts by quarter seconds, and remembers what was acknowledged. */
export async function runPhases(job: OverloadJob): Promise<OverloadResult> {
  const client = new Client(job)
  await client.open()
  const phases: PhaseResult[] = []
  for (const phase of job.phases) phases.push(await client.run(phase))
  client.close()
  return { phases, acknowledged: client.acknowledged, taken: client.taken }
}

class Count {
  readonly latencies: number[] = []
  sent = 0
  accepted = 0
  shed = 0
  pending = 0
  failed = 0

  window(): Window {
    const { sent, accepted, shed, pending, failed } = this
    const sorted = this.latencies.sort((a, b) => a - b)
    return { sent, accepted, shed, pending, failed, p50Ms: at(sorted, 0.5), p99Ms: at(sorted, 0.99) }
  }
}

class Client {
  readonly acknowledged: number[] = []
  readonly taken: number[] = []
  private free: HttpConnection[] = []
  private readonly next: () => [number: number, request: string]
  private count = new Count()
  private complaint: string | null = null
  private underway = 0

  constructor(private readonly job: OverloadJob) {
    this.next = requestsOf(job)
  }

  async open(): Promise<void> {
    const { hostname, port } = new URL(this.job.url)
    for (let left = this.job.connections, refusals = 0; left > 0; left = this.job.connections - this.free.length) {
      if (refusals > connectTries) throw new Error(`only ${this.free.length} of ${this.job.connections} connections`)
      const opened = await Promise.allSettled(
        Array.from({ length: Math.min(left, 100) }, () => HttpConnection.open(hostname, Number(port))),
      )
      for (const one of opened) if (one.status === 'fulfilled') this.free.push(one.value)
      if (opened.some(({ status }) => status === 'rejected')) refusals += 1
    }
  }

  close(): void {
    for (const connection of this.free) connection.close()
  }

  async run(phase: Phase): Promise<PhaseResult> {
    const windows: Window[] = []
    const latencies: number[] = []
    let unsent = 0
    let sent = 0
    this.count = new Count()
    this.complaint = null
    const began = performance.now()
    for (let now = began; now - began < phase.seconds * 1_000; now = performance.now()) {
      if (phase.perSecond === null) {
        while (this.underway < (phase.connections ?? this.job.connections) && this.send(now)) {}
      } else {
        for (const wanted = Math.floor(((now - began) / 1_000) * phase.perSecond); sent < wanted; sent += 1) {
          if (!this.send(began + ((sent + 1) / phase.perSecond) * 1_000)) unsent += 1
        }
      }
      if (now - began >= (windows.length + 1) * windowMs) windows.push(this.take(latencies))
      await sleep(1)
    }
    windows.push(this.take(latencies))
    const seconds = (performance.now() - began) / 1_000
    latencies.sort((a, b) => a - b)
    const sum = (of: (window: Window) => number) => windows.reduce((total, window) => total + of(window), 0)
    return {
      ...{ name: phase.name, seconds, windows, unsent, complaint: this.complaint },
      acceptedPerSecond: Math.round(sum(({ accepted }) => accepted) / seconds),
      sentPerSecond: Math.round(sum((window) => window.sent) / seconds),
      shed: sum(({ shed }) => shed),
      failed: sum(({ failed }) => failed),
      ...{ p50Ms: at(latencies, 0.5), p99Ms: at(latencies, 0.99) },
    }
  }

  private take(latencies: number[]): Window {
    const { count } = this
    this.count = new Count()
    for (const latency of count.latencies) latencies.push(latency)
    return count.window()
  }

  /**
   * @param since when it was due; performance.now()
   * @returns false where every connection is busy
   */
  private send(since: number): boolean {
    const connection = this.idle()
    if (!connection) return false
    const [number, request] = this.next()
    this.underway += 1
    this.count.sent += 1
    connection.send(request).then(
      ({ status, complaint }) => {
        this.underway -= 1
        this.free.push(connection)
        this.answered(number, status, complaint, performance.now() - since)
      },
      (error: Error) => {
        this.underway -= 1
        this.answered(number, 0, error.message, 0)
        void this.replace()
      },
    )
    return true
  }

  private idle(): HttpConnection | null {
    for (;;) {
      const connection = this.free.pop()
      if (!connection?.closed) return connection ?? null
      void this.replace()
    }
  }

  private async replace(): Promise<void> {
    const { hostname, port } = new URL(this.job.url)
    await HttpConnection.open(hostname, Number(port)).then(
      (connection) => this.free.push(connection),
      () => {},
    )
  }

  private answered(number: number, status: number, complaint: string | null, latencyMs: number): void {
    if (status === 201) {
      this.count.accepted += 1
      this.acknowledged.push(number)
      this.count.latencies.push(latencyMs)
    } else if (status === 202) {
      this.count.pending += 1
      this.taken.push(number)
    } else if (status === 429 || status === 503) this.count.shed += 1
    else {
      this.count.failed += 1
      this.complaint ??= `${status}: ${complaint}`
    }
  }
}

/** The key is the correlation id too: by it the log says what became of the request. */
function requestsOf({ url, tokens, bodies, keyPrefix }: OverloadJob): () => [number, string] {
  const { host, pathname } = new URL(url)
  const heads = tokens.map(
    (token) =>
      `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`,
  )
  const tails = bodies.map((body) => `\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  let number = 0
  return () => {
    number += 1
    const key = `${keyPrefix}${number}`
    return [
      number,
      `${heads[number % heads.length]}idempotency-key: ${key}\r\nx-correlation-id: ${key}${tails[number % tails.length]}`,
    ]
  }
}

const at = (sorted: readonly number[], share: number) =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
