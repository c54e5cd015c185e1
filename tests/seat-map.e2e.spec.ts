import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openRedis, servingKey } from '@onsale/platform/redis-views'
import { until } from './claims.js'
import { poller, sale } from './sale-and-polls.js'
import { listen } from './seat-stream.js'
import { System } from './system.js'
import { onsale } from './terminal.js'
import { buildingOf, firstVersionAlone, versionsOf } from './versions.js'

describe('the live seat map in Redis, with a sale running', () => {
  let system: System
  let dir: string
  let showId: string
  let redis: ReturnType<typeof openRedis>

  beforeAll(async () => {
    system = await System.open()
    const { connection } = system.stack
    dir = connection.dir
    redis = openRedis({ url: connection.variables.ONSALE_REDIS_URL ?? '', timeoutMs: 5_000 })
    showId = await system.newShow()
  })
  afterAll(async () => {
    redis.disconnect()
    await firstVersionAlone(system, 'seat_map')
  })

  const run = (...args: string[]) => onsale(dir, 'projections', ...args)
  const building = () => buildingOf(system, 'seat_map')
  const status = () => system.call('GET', `/api/shows/${showId}/seats?only=status`)
  const isLive = async () => String((await status()).headers.etag).startsWith('"statusr')
  const more = async (count: () => number) => {
    const enough = count() + 20
    await until(() => count() >= enough)
  }

  it('is rebuilt through a kill -9, switched to and back, wiped and made anew: no read fails or goes backwards', async () => {
    const guests = sale(system, showId, 4)
    await until(() => guests.count() > 20)
    await until(isLive)
    const polls = poller(system, showId, guests.newestPosition)
    const stream = await listen(system, showId)

    expect((await run('rebuild', 'seat_map', '--dry-run')).out).toMatch(/would build version \d+ of seat_map/)
    expect((await run('rebuild', 'seat_map', '--throttle', '40', '--detach')).code).toBe(0)
    await until(async () => ((await building())?.progress.passed ?? 0) > 10)
    const before = await building()
    expect((await run('rebuild', 'seat_map')).err).toMatch(/^onsale: seat_map is being rebuilt already, as version \d+/)
    expect(system.stack.kill('projectors', 'SIGKILL')).toBe(true)
    await system.stack.restart('projectors')
    expect((await run('switch', 'seat_map', '--wait', '1s')).err).toMatch(
      /^onsale: version \d+ of seat_map is at \d+ of/,
    )
    expect((await run('resume', 'seat_map', '--throttle', '0')).code).toBe(0)
    expect((await run('watch', 'seat_map', '--json')).out).toContain('"state":"caught-up"')
    const built = await building()
    expect(built?.term).toBe((before?.term ?? 0) + 1)
    const diff = JSON.parse((await run('diff', 'seat_map', '--json')).out)
    expect(diff.different).toEqual([])
    expect(diff.compared).toBeGreaterThan(0)

    const version = `${built?.version}`
    expect((await run('switch', 'seat_map')).out).toContain(`are shown version ${version};`)
    expect(await pointer()).toBe(version)
    await more(guests.count)
    expect((await run('rollback', 'seat_map')).out).toContain('are shown version 1 again')
    expect(await pointer()).toBe('1')
    await more(guests.count)
    expect((await run('switch', 'seat_map', '--version', version)).code).toBe(0)
    await more(guests.count)

    // All of it gone, from one moment to the next, while what it was is being read.
    await redis.flushall()
    await more(guests.count)
    await until(isLive)
    await more(guests.count)
    await system.stack.restart('redis-primary')
    await until(isLive)
    await more(guests.count)
    await guests.stop()
    expect(await polls.stop()).toEqual({ failed: [], backwards: [] })
    expect(polls.reads()).toBeGreaterThan(100)

    await until(async () => (await versionsOf(system, 'seat_map')).every(({ progress }) => progress.lag === 0))
    await until(isLive)
    const live = (await status()).body
    const tables = (await system.call('GET', `/api/shows/${showId}/seats`)).body
    expect([live.status, live.areas, live.version]).toEqual([tables.status, tables.areas, tables.version])
    await until(() => stream.seats()?.version === live.version)
    expect(stream.seats()).toEqual({ version: live.version, status: live.status, areas: live.areas })
    expect(stream.backwards()).toEqual([])
    stream.stop()
  })

  const pointer = () =>
    redis.get(
      servingKey(system.stack.connection.env, { projection: 'seat_map', partition: Number(showId.split('.')[0]) }),
    )

  it('what makes no sense is refused in one line', async () => {
    const refused = [
      [['switch', 'seat_map', '--version', '99'], /^onsale: seat_map has no version 99; there (is|are) /],
      [['rebuild', 'seat_map', '--revision', '7'], /^onsale: this build has no revision 7 of seat_map; it has 1\n$/],
      [['pause', 'seat_map'], /^onsale: no version of seat_map is being built\n$/],
    ] as const
    expect(await Promise.all(refused.map(([args]) => run(...args)))).toEqual(
      refused.map(([, line]) => ({ out: '', err: expect.stringMatching(line), code: 2 })),
    )
  })

  it('without Redis reads come from the tables, queries are ready, and commands on it say so in one line', async () => {
    system.stack.kill('redis-replica', 'SIGKILL')
    system.stack.kill('redis-primary', 'SIGKILL')
    await until(() => system.stack.pid('redis-replica') === null && system.stack.pid('redis-primary') === null)
    try {
      expect(await isLive()).toBe(false)
      expect((await status()).status).toBe(200)
      const { ready } = (await system.stack.status()).find(({ name }) => name === 'query-api') ?? {}
      expect(ready).toBe(true)
      const { err, code } = await run('switch', 'seat_map', '--version', '1')
      expect([err.split('\n').length, code]).toEqual([2, 2])
      expect(err).toMatch(/redis does not answer/)
      expect((await run('list')).out).toContain('redis does not answer')
    } finally {
      await system.stack.restart('redis-primary')
      await system.stack.restart('redis-replica')
    }
    await until(isLive)
  })
})
