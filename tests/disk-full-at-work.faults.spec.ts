import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Disks } from '@onsale/cli'
import { type Stack, startStack, startTestStack, stopStack } from '@onsale/infra'
import { until } from './claims.js'
import { sale } from './sale-and-polls.js'
import { System } from './system.js'
import { main, onsale } from './terminal.js'

const hindrance = Disks.hindrance()
/** Reported as skipped, never as passed, where it can't be tried. */
const here = hindrance === null ? describe : describe.skip
const notRun = hindrance === null ? '' : ` (not run: ${hindrance})`
/** So much of the backup finds room on the broker's disk. */
const roomForSome = 700_000

here(`a disk is full in the middle of an operator's work${notRun}`, () => {
  let folder: string
  let stack: Stack
  let disks: Disks | undefined
  let system: System
  let dir: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'disk-full-'))
    stack = await startTestStack('disk', { engine: 'native' })
    disks = await Disks.under(stack, ['mysql-primary'])
    system = await System.over(stack)
    dir = stack.connection.dir
  })
  afterAll(async () => {
    await stack?.stop()
    disks?.remove()
    if (folder) rmSync(folder, { recursive: true })
  })

  const projections = (...args: string[]) => onsale(dir, 'projections', ...args)
  const versionsOf = async (projection: string) =>
    (JSON.parse((await projections('status', projection, '--json')).out) as { versions: VersionLine[] }).versions
  const differences = async (projection: string) => {
    const { compared, different, unsettled } = JSON.parse((await projections('diff', projection, '--json')).out)
    expect(compared).toBeGreaterThan(0)
    return [...different, ...unsettled]
  }

  it("the SQL primary's, in a rebuild: said in one line, what is served is read, and all of it goes on by itself", async () => {
    const showId = await system.newShow()
    const guests = sale(system, showId, 6)
    await until(() => guests.count() > 800)
    const args = ['projections', 'rebuild', 'reservations', '--throttle', '500']
    const rebuild = spawn(process.execPath, [main, ...args], { env: { ...process.env, ONSALE_DIR: dir } })
    let said = ''
    rebuild.stdout.on('data', (bytes) => {
      said += bytes
    })
    const ended = once(rebuild, 'exit')
    await until(() => /: \d+ %, [1-9]/.test(said))
    disks?.fill('mysql-primary')
    const before = guests.count()
    await until(() => guests.count() > before + 50)
    const sold = guests.newestPosition() as string
    await guests.stop()

    const another = projections('rebuild', 'seats', '--detach')
    // It waits for room, or ends itself.
    await until(() => / nothing applied | does not answer: /.test(said))
    expect(said.split('\n').find((line) => / nothing applied | does not answer: /.test(line))).toMatch(
      /^(reservations v2 (building|waiting): .*, nothing applied for \d+ s \(.* say why: a full disk, a server that is away\)|the SQL primary does not answer: .*once it does all of it goes on)$/,
    )
    const found = JSON.parse((await onsale(dir, 'doctor', '--json')).out).findings as Finding[]
    expect(found.filter(({ check, severity }) => check === 'disk' && severity === 'critical')).toContainEqual(
      expect.objectContaining({ finding: expect.stringMatching(/^0\.0 GiB \(0 %\) are free under .*mysql-primary$/) }),
    )
    const { out, err, code } = await another
    expect({ out, code }).toEqual({ out: '', code: 1 })
    expect(err).toMatch(/^onsale: .*the SQL primary.*\.\/onsale doctor\).*\n$/)
    const read = await system.call('GET', `/api/shows/${showId}/seats`)
    expect(read.status).toBe(200)
    disks?.free('mysql-primary')
    if (stack.pid('mysql-primary') === null) await stack.restart('mysql-primary')
    expect((await versionsOf('reservations')).map(({ version, serving }) => [version, serving])).toEqual([
      [1, true],
      [2, false],
    ])
    expect(await ended).toEqual([0, null])
    expect(said).toContain('version 2 of reservations has caught up')
    const shown = { headers: { 'onsale-position': sold } }
    await until(async () => (await system.call('GET', `/api/shows/${showId}/seats`, shown)).status === 200)
    expect(await differences('reservations')).toEqual([])
    expect((await projections('switch', 'reservations')).code).toBe(0)

    // What was not carried out in time may have been, or not: nothing between.
    const begun = await projections('rebuild', 'seats', '--detach')
    if (begun.code !== 0) {
      expect(begun.err).toMatch(/seats is being rebuilt already, as version 2/)
      expect((await projections('diff', 'seats')).err).toMatch(/^onsale: version 2 of seats has no tables yet: .*\n$/)
      expect((await projections('resume', 'seats')).code).toBe(0)
    }
    expect((await projections('watch', 'seats', '--json')).code).toBe(0)
    expect(await differences('seats')).toEqual([])
  })

  it("Kafka's, in a restore: said in one line, and with room the same command goes on, to the same records", async () => {
    const backup = join(folder, 'backup')
    expect((await onsale(dir, 'backup', backup)).code).toBe(0)
    const restored = mkdtempSync(join(tmpdir(), 'restored-'))
    let disk: Disks | undefined
    try {
      const servers = await startStack({ dir: restored, env: 'disk', services: false, engine: 'native' })
      disk = await Disks.under(servers, ['kafka'])
      const restore = () => onsale(restored, 'restore', backup, '--other-secret')
      disk.fill('kafka', roomForSome)
      const full = await restore()
      expect(full.code).toBe(1)
      expect(lastLine(full.err)).toMatch(
        /^onsale: kafka takes no more: .*is its disk full\?.*the same command goes on$/,
      )
      expect(full.out).not.toContain('records are back')
      await until(() => servers.pid('kafka') === null)
      disk.fill('kafka')
      const still = await restore()
      expect(still.code).toBe(1)
      expect(lastLine(still.err)).toMatch(/^onsale: kafka ended before it was ready: its disk is full: No space left/)

      disk.free('kafka')
      const again = await restore()
      expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/records are back/) })
      // Some of it had been written before.
      expect(again.out).not.toMatch(/^restore: 0 %, 0 of/m)
      const copy = join(folder, 'copy')
      expect((await onsale(restored, 'backup', copy)).code).toBe(0)
      expect(contentsOf(copy)).toEqual(contentsOf(backup))
    } finally {
      await stopStack(restored)
      disk?.remove()
      rmSync(restored, { recursive: true })
    }
  })
})

interface VersionLine {
  version: number
  serving: boolean
}

interface Finding {
  check: string
  severity: string
  finding: string
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)

/** Ends and digest of every partition. */
function contentsOf(backup: string): unknown[] {
  const { topics } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as {
    topics: { topic: string; partitions: { start: number; end: number; records: number; content: string }[] }[]
  }
  return topics.map(({ topic, partitions }) => [
    topic,
    partitions.map(({ start, end, records, content }) => ({ start, end, records, content })),
  ])
}
