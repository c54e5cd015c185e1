import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openRedis, ownKey, versionPrefix } from '@onsale/platform/redis-views'
import { openPool } from '@onsale/platform/sql'
import { until } from './claims.js'
import { poller, sale } from './sale-and-polls.js'
import { System } from './system.js'
import { main, onsale } from './terminal.js'
import { firstVersionAlone, versionsOf } from './versions.js'

describe('./onsale projections switch that dies half way, with a sale running', () => {
  let system: System
  let dir: string
  let pool: ReturnType<typeof openPool>
  let redis: ReturnType<typeof openRedis>

  beforeAll(async () => {
    system = await System.open()
    const { variables } = system.stack.connection
    dir = system.stack.connection.dir
    pool = openPool({ url: variables.ONSALE_SQL_PRIMARY_URL ?? '', connections: 2 })
    redis = openRedis({ url: variables.ONSALE_REDIS_URL ?? '', timeoutMs: 5_000 })
  })
  afterAll(async () => {
    for (const projection of ['seats', 'seat_map']) await firstVersionAlone(system, projection)
    redis?.disconnect()
    await pool?.end()
  })

  const run = (...args: string[]) => onsale(dir, 'projections', ...args)
  const serving = async (projection: string) => (await versionsOf(system, projection)).find((it) => it.serving)?.version

  /** A switch holds the checkpoints of what readers are shown for a second at a time, a batch for some ms. */
  async function isHeld(version: number): Promise<boolean> {
    for (let look = 0; look < 5; look += 1) {
      const connection = await pool.getConnection()
      try {
        await connection.query('START TRANSACTION')
        await connection.query(
          "SELECT 1 FROM projection_checkpoint WHERE projection = 'seats' AND version = ? FOR UPDATE NOWAIT",
          [version],
        )
        return false
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 30))
      } finally {
        await connection.query('ROLLBACK')
        connection.release()
      }
    }
    return true
  }
  const hasHold = async (version: number) => {
    const { env } = system.stack.connection
    return (await redis.exists(versionPrefix(env, { projection: 'seat_map', partition: 0 }, version) + ownKey.hold)) > 0
  }

  it.each([
    ['seats', isHeld],
    ['seat_map', hasHold],
  ] as const)(
    '%s: nothing is half done, nobody is kept waiting, and the same command switches',
    async (projection, holds) => {
      const showId = await system.newShow()
      const guests = sale(system, showId, 3)
      await until(() => guests.count() > 10)
      const shown = { headers: { 'onsale-position': guests.newestPosition() as string } }
      await until(async () => (await system.call('GET', `/api/shows/${showId}/seats`, shown)).status === 200)
      const polls = poller(system, showId, guests.newestPosition)
      const before = (await serving(projection)) as number
      expect((await run('rebuild', projection, '--throttle', '1', '--detach')).code).toBe(0)
      expect((await run('pause', projection)).code).toBe(0)

      // What is paused never catches up: the switch holds what is served, lets go, and holds it again.
      const child = spawn(
        process.execPath,
        [main, 'projections', 'switch', projection, '--wait', '60s', '--despite-parked'],
        { env: { ...process.env, ONSALE_DIR: dir }, stdio: 'ignore' },
      )
      const ended = once(child, 'exit')
      await until(() => holds(before))
      child.kill('SIGKILL')
      expect(await ended).toEqual([null, 'SIGKILL'])
      await until(async () => !(await holds(before)))
      expect(await serving(projection)).toBe(before)
      const then = guests.count()
      await until(() => guests.count() > then + 10)

      expect((await run('resume', projection, '--throttle', '0')).code).toBe(0)
      expect((await run('watch', projection, '--json')).code).toBe(0)
      expect((await run('switch', projection, '--despite-parked')).code).toBe(0)
      expect(await serving(projection)).toBeGreaterThan(before)
      await guests.stop()
      const diff = JSON.parse((await run('diff', projection, '--version', `${before}`, '--json')).out)
      expect([...diff.different.map(({ unit }: { unit: string }) => unit), ...diff.unsettled]).not.toContain(showId)
      expect(diff.compared).toBeGreaterThan(0)
      expect(await polls.stop()).toEqual({ failed: [], backwards: [] })
    },
  )

  it('a checkpoint ahead of the log is told in one line, and neither rebuilt beside nor switched to', async () => {
    const line = /^onsale: version 1 of sales_per_minute is at \d+ of .*\/0, and the log ends at \d+: .*\n$/
    const move = (by: string) =>
      pool.query(
        `UPDATE projection_checkpoint SET next_offset = next_offset ${by} 1000000
         WHERE projection = 'sales_per_minute' AND version = 1 AND partition_no = 0`,
      )
    // Whoever feeds it must not see it: it would wait for the log to come that far.
    expect(system.stack.kill('projectors', 'SIGKILL')).toBe(true)
    await move('+')
    try {
      const refused = [run('rebuild', 'sales_per_minute'), run('switch', 'sales_per_minute', '--version', '1')]
      for (const answer of await Promise.all(refused))
        expect(answer).toEqual({ out: '', err: expect.stringMatching(line), code: 2 })
      expect(await versionsOf(system, 'sales_per_minute')).toHaveLength(1)
      expect((await run('status', 'sales_per_minute')).out).toMatch(
        /version 1 of sales_per_minute is at \d+ of .*\/0, and the log ends/,
      )
      const { out, code } = await onsale(dir, 'doctor', '--json')
      expect(code).toBe(3)
      expect(
        (JSON.parse(out) as { findings: { finding: string }[] }).findings.map(({ finding }) => finding),
      ).toContainEqual(
        expect.stringMatching(/^sales_per_minute version 1 in partition 0 is at \d+, the log ends at \d+/),
      )
    } finally {
      await move('-')
      await system.stack.restart('projectors')
    }
  })
})
