import { randomUUID } from 'node:crypto'
import type { Stack } from '@onsale/infra'
import { LoadGenerator } from '../load/load-generator.js'
import type { LoadResult } from '../load/load-job.js'
import { area, reserveBody, reserveUrl, type Shop } from '../reserve/ours.js'

export interface UnderWorkOptions {
  stack: Stack
  shop: Shop
  /** Requests a second that are due, whatever else goes on. */
  perSecond: number
  /** Of each measurement. */
  seconds: number
  /** What is done meanwhile. */
  work(showId: string): Promise<void>
  say(line: string): void
}

export interface UnderWorkOutcome {
  before: LoadResult
  /** One after the other, as long as the work lasts. */
  during: LoadResult[]
  throughputRatio: number
  /** Of the worst measurement. */
  p99Ratio: number
}

const customers = 500
const connections = 32

/** A sale at a steady rate: by itself, then with work going on beside it. */
export async function benchUnderWork(options: UnderWorkOptions): Promise<UnderWorkOutcome> {
  const { stack, shop, perSecond, seconds, work, say } = options
  const [showId] = (await shop.shows(1, area)) as [string]
  const tokens = await shop.tokens(customers)
  const url = await reserveUrl(stack)
  const load = LoadGenerator.start()
  const measure = (warmUpMs: number) =>
    load.run({
      ...{ url, tokens, bodies: [reserveBody(showId)], keyPrefix: `work-${randomUUID()}-`, connections, perSecond },
      ...{ warmUpMs, measureMs: seconds * 1_000, accepted: 201, processes: {} },
    })
  try {
    const before = await measure(5_000)
    say(`by itself: ${lineOf(before)}`)
    let working = true
    const worked = work(showId).finally(() => {
      working = false
    })
    const during: LoadResult[] = []
    while (working) {
      const result = await measure(0)
      say(`meanwhile: ${lineOf(result)}`)
      during.push(result)
    }
    await worked
    const accepted = during.reduce((sum, it) => sum + it.accepted, 0)
    const measured = during.reduce((sum, it) => sum + it.seconds, 0)
    return {
      before,
      during,
      throughputRatio: ratio(accepted / measured, before.accepted / before.seconds),
      p99Ratio: ratio(Math.max(...during.map(({ p99Ms }) => p99Ms)), before.p99Ms),
    }
  } finally {
    load.stop()
  }
}

const lineOf = ({ perSecond, p99Ms }: LoadResult) => `${perSecond}/s, p99 ${p99Ms} ms`
const ratio = (now: number, before: number) => Math.round((now / before) * 100) / 100
