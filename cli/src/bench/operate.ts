import { benchUnderWork } from '@onsale/bench'
import type { Stack } from '@onsale/infra'
import { systemTimers } from '@onsale/platform/ports'
import { openRedis } from '@onsale/platform/redis-views'
import { ProjectionDesk } from '../projections/projection-desk.js'
import { openBoxOffice } from './box-office.js'
import { onOwnStack } from './on-own-stack.js'

export interface OperateSettings {
  perSecond: number
  seconds: number
  rounds: number
}

export interface OperateReport {
  perSecond: number
  p99Ms: number
  throughputRatio: number
  p99Ratio: number
  reads: number
  failedReads: number
  readsBackwards: number
}

const switching = { by: 'bench', patienceMs: 30_000, despiteParked: false }

/** A sale on a system of its own while both kinds of read model are rebuilt, switched and gone back from, and Redis is wiped. */
export const runOperate = (settings: OperateSettings, say: (line: string) => void): Promise<OperateReport> =>
  onOwnStack({ name: 'operate-stack', env: 'operate', say }, (stack) => operate(stack, settings, say))

async function operate(
  stack: Stack,
  { perSecond, seconds, rounds }: OperateSettings,
  say: (line: string) => void,
): Promise<OperateReport> {
  const desk = await ProjectionDesk.open(stack.connection)
  const redis = openRedis({ url: stack.connection.variables.ONSALE_REDIS_URL ?? '', timeoutMs: 5_000 })
  const polled = { reads: 0, failedReads: 0, readsBackwards: 0 }
  const caughtUp = async (projection: string) => {
    for (;;) {
      const found = (await desk.status(projection)).find(({ state }) => state === 'building')
      if (found && found.progress.total > 0 && found.progress.lag === 0) return
      await systemTimers.sleep(200)
    }
  }
  const isLive = async (showId: string) =>
    (await fetch(`${stack.connection.origin}/api/shows/${showId}/seats?only=status`)).headers
      .get('etag')
      ?.startsWith('"statusr')
  const work = async (showId: string) => {
    const stop = poll(`${stack.connection.origin}/api/shows/${showId}/seats`, polled)
    for (let round = 0; round < rounds; round += 1) {
      for (const projection of ['seats', 'seat_map']) {
        const { version } = await desk.rebuild(projection, null, null, 'bench')
        await caughtUp(projection)
        await desk.switchTo(projection, null, switching)
        await desk.switchTo(projection, 'previous', switching)
        await desk.drop(projection, version)
        say(`${projection} was rebuilt, switched and gone back from`)
      }
      await redis.flushall()
      while (!(await isLive(showId))) await systemTimers.sleep(100)
      say('redis was wiped, and is read again')
    }
    await stop()
  }
  try {
    const shop = await openBoxOffice(stack)
    const { before, throughputRatio, p99Ratio } = await benchUnderWork({ stack, shop, perSecond, seconds, work, say })
    return { perSecond: before.perSecond, p99Ms: before.p99Ms, throughputRatio, p99Ratio, ...polled }
  } finally {
    redis.disconnect()
    await desk.close()
  }
}

/** Reads as one client does who never waits long. */
function poll(
  url: string,
  polled: Pick<OperateReport, 'reads' | 'failedReads' | 'readsBackwards'>,
): () => Promise<void> {
  let going = true
  const one = async (path: string) => {
    for (let seen = 0; going; await systemTimers.sleep(20)) {
      const response = await fetch(path)
      const body = (await response.json()) as { version?: number }
      polled.reads += 1
      if (response.status !== 200) polled.failedReads += 1
      else if ((body.version ?? 0) < seen) polled.readsBackwards += 1
      seen = Math.max(seen, body.version ?? 0)
    }
  }
  const all = Promise.all([one(url), one(`${url}?only=status`)])
  return async () => {
    going = false
    await all
  }
}
