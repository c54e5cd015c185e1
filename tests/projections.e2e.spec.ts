import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { until } from './claims.js'
import { poller, sale } from './sale-and-polls.js'
import { System } from './system.js'
import { onsale } from './terminal.js'
import { buildingOf, firstVersionAlone } from './versions.js'

describe('./onsale projections, with a sale running', () => {
  let system: System
  let dir: string
  let showId: string

  beforeAll(async () => {
    system = await System.open()
    dir = system.stack.connection.dir
    showId = await system.newShow()
  })
  afterAll(() => firstVersionAlone(system, 'seats'))

  const run = (...args: string[]) => onsale(dir, 'projections', ...args)
  const building = () => buildingOf(system, 'seats')

  it('a read model is rebuilt through a kill -9, compared, switched to and back: no read fails or goes backwards', async () => {
    const guests = sale(system, showId, 4)
    await until(() => guests.count() > 20)
    const shown = { headers: { 'onsale-position': guests.newestPosition() as string } }
    await until(async () => (await system.call('GET', `/api/shows/${showId}/seats`, shown)).status === 200)
    const polls = poller(system, showId, guests.newestPosition)
    const dry = await run('rebuild', 'seats', '--dry-run')
    expect(dry.out).toMatch(/would build version \d+ of seats .*\n.*\nnothing was done\n/)
    const { versions } = JSON.parse((await run('status', 'seats', '--json')).out) as { versions: { state: string }[] }
    expect(versions.every(({ state }) => state !== 'building')).toBe(true)

    expect((await run('rebuild', 'seats', '--throttle', '40', '--detach')).code).toBe(0)
    await until(async () => ((await building())?.progress.passed ?? 0) > 10)
    const before = await building()
    expect(system.stack.kill('projectors', 'SIGKILL')).toBe(true)
    await system.stack.restart('projectors')
    expect((await run('resume', 'seats', '--throttle', '0')).code).toBe(0)
    const watched = await run('watch', 'seats', '--json')
    expect(watched.code).toBe(0)
    const lines = watched.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { state: string; passed: number })
    expect(lines.at(-1)?.state).toBe('caught-up')
    const built = await building()
    expect(lines[0]?.passed).toBeGreaterThanOrEqual(before?.progress.passed ?? 0)
    expect(built?.term).toBe((before?.term ?? 0) + 1)

    const diff = JSON.parse((await run('diff', 'seats', '--json')).out) as {
      different: { unit: string }[]
      unsettled: string[]
      compared: number
    }
    expect([...diff.different.map(({ unit }) => unit), ...diff.unsettled]).not.toContain(showId)
    expect(diff.compared).toBeGreaterThan(0)
    const version = `${built?.version}`
    expect((await run('switch', 'seats', '--despite-parked')).out).toContain(`are shown version ${version};`)
    await guestsGoOn(guests.count)
    expect((await run('rollback', 'seats')).out).toContain('are shown version 1 again')
    await guestsGoOn(guests.count)
    expect((await run('switch', 'seats', '--version', version, '--despite-parked')).code).toBe(0)
    await guestsGoOn(guests.count)
    await guests.stop()
    expect(await polls.stop()).toEqual({ failed: [], backwards: [] })
    expect(polls.reads()).toBeGreaterThan(50)
    const { violations } = await auditStack(system.stack.connection, { againstReadModel: true })
    expect(violations).toEqual([])
  })

  const guestsGoOn = async (count: () => number) => {
    const until_ = count() + 20
    await until(() => count() >= until_)
  }

  it('what makes no sense is refused in one line', async () => {
    const refused = [
      [['rebuild', 'nothing'], /^onsale: there is no projection nothing; there are .*seats.*\n$/],
      [['rebuild', 'shows', '--revision', '7'], /^onsale: this build has no revision 7 of shows; it has 1\n$/],
      [['switch', 'shows'], /^onsale: no version of shows is being built\n$/],
      [['switch', 'shows', '--version', '9'], /^onsale: shows has no version 9; there is 1\n$/],
      [['rollback', 'shows'], /^onsale: there is nothing to go back to: version 1 is all there is of shows\n$/],
      [['rebuild', 'venues'], /^onsale: venues is not made from events: nothing to rebuild\n$/],
    ] as const
    expect(await Promise.all(refused.map(([args]) => run(...args)))).toEqual(
      refused.map(([, line]) => ({ out: '', err: expect.stringMatching(line), code: 2 })),
    )
  })
})
