/** What the load generator's process is told to do once. */
export interface LoadJob {
  /** http://host:port/path */
  url: string
  /** Authorization headers, one a customer; requests take them in turn. */
  tokens: string[]
  /** Bodies; requests take them in turn. */
  bodies: string[]
  /** GET: nothing but path and token is sent. */
  method?: 'GET'
  /** Begins each Idempotency-Key of this job; a number follows. */
  keyPrefix: string
  connections: number
  /** Requests a second, sent when they are due whether or not earlier ones are answered; null: each connection sends as soon as it has its answer. */
  perSecond: number | null
  warmUpMs: number
  measureMs: number
  /** The status of an answer that counts: durable and accepted. */
  accepted: number
  /** Process ids by name, whose CPU time is to be measured. */
  processes: Record<string, number[]>
}

export interface LoadResult {
  /** Accepted answers within the measured time. */
  accepted: number
  /** The same, of the whole job. */
  acceptedInAll: number
  /** Every other answer of the whole job, by status; connections that broke are 0. */
  others: Record<string, number>
  /** What one of the others said. */
  complaint: string | null
  seconds: number
  perSecond: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  /** By process, for each accepted answer. */
  cpuMicros: Record<string, number>
}
