import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openStack, type Stack, startStack, stopStack } from '@onsale/infra'
import { until } from './claims.js'
import { comeAndGo } from './guests.js'
import { System } from './system.js'
import { main, onsale } from './terminal.js'

interface Manifest {
  env: string
  finishedAt?: number
  records: number
  topics: { topic: string; partitions: { records: number; end: number; content: string }[] }[]
}

describe('./onsale backup and restore', () => {
  let system: System
  let folder: string
  let backup: string
  let restored: string
  let stack: Stack | null = null

  beforeAll(async () => {
    system = await System.open()
    folder = mkdtempSync(join(tmpdir(), 'backup-spec-'))
    backup = join(folder, 'backup')
    // A stack of its own is ended by its folder, also after a run that was cut off.
    restored = mkdtempSync(join(tmpdir(), 'restored-'))
  })
  afterAll(async () => {
    if (restored) await stopStack(restored)
    for (const dir of [folder, restored]) rmSync(dir, { recursive: true, force: true })
  })

  const manifestOf = (dir: string) => JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest
  const filesIn = (dir: string) =>
    Object.fromEntries(
      readdirSync(dir)
        .filter((file) => file !== 'manifest.json')
        .map((file) => [file, readFileSync(join(dir, file)).toString('base64')]),
    )
  const contents = ({ topics }: Manifest) =>
    topics.map(({ topic, partitions }) => [topic, partitions.map(({ content, end }) => [end, content])])
  const begin = (dir: string, ...args: string[]): ChildProcess =>
    spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ONSALE_DIR: dir },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const kill = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
  }
  const chunks = ['--chunk-bytes', '8192']

  it('copies the log while a sale runs; killed in the middle and gone on with, it is the same byte for byte', async () => {
    const { dir } = system.stack.connection
    const guests = comeAndGo(system, await system.newShow(), 6)
    await until(() => guests.released.length > 300)
    // Slow enough to be met in the middle, also where the log is short.
    const child = begin(dir, 'backup', backup, ...chunks, '--throttle', '1')
    await until(() => {
      try {
        return readdirSync(backup).filter((file) => file.endsWith('.log')).length > 3
      } catch {
        return false
      }
    })
    child.kill('SIGSTOP')
    expect(readdirSync(backup)).not.toContain('manifest.json')
    await kill(child)
    expect(await onsale(dir, 'backup', 'verify', backup)).toMatchObject({
      code: 2,
      err: `onsale: the backup in ${backup} is not finished; ./onsale backup ${backup} goes on with it\n`,
    })
    const atKill = guests.released.length
    expect((await onsale(dir, 'backup', backup, ...chunks)).code).toBe(0)
    await until(() => guests.released.length > atKill + 20)
    await guests.stop()

    const inOneGo = join(folder, 'in-one-go')
    cpSync(join(backup, 'cut.json'), join(inOneGo, 'cut.json'))
    expect((await onsale(dir, 'backup', inOneGo)).code).toBe(0)
    expect(filesIn(inOneGo)).toEqual(filesIn(backup))
    expect({ ...manifestOf(inOneGo), finishedAt: 0 }).toEqual({ ...manifestOf(backup), finishedAt: 0 })
    expect(await onsale(dir, 'backup', 'verify', backup)).toMatchObject({ code: 0, err: '' })
    expect((await onsale(dir, 'backup', backup)).err).toBe(`onsale: ${backup} holds a whole backup already\n`)
    expect((await onsale(dir, 'restore', backup)).err).toMatch(
      /^onsale: this system runs \(.*restore needs an empty one/,
    )
  })

  it('names a damaged file and restores nothing of it', async () => {
    const damaged = join(folder, 'damaged')
    cpSync(backup, damaged, { recursive: true })
    const file = readdirSync(damaged).find((name) => name.startsWith('reservation.events')) as string
    const bytes = readFileSync(join(damaged, file))
    bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200)
    writeFileSync(join(damaged, file), bytes)
    rmSync(join(damaged, 'schemas.json'))
    const nowhere = join(folder, 'nowhere')
    for (const args of [
      ['backup', 'verify', damaged],
      ['restore', damaged],
    ]) {
      const { code, err } = await onsale(nowhere, ...args)
      expect(code).toBe(1)
      expect(err).toContain(`${join(damaged, file)} is damaged: it does not have its checksum`)
      expect(err).toContain('schemas.json is damaged: ')
      expect(err.trim().split('\n')).toHaveLength(1)
    }
    expect(openStack(nowhere)).toBeNull()
  })

  it('brings all of it back onto an empty system, killed in the middle too: offsets, times, answers; and it sells on', async () => {
    const { dir } = system.stack.connection
    expect((await onsale(restored, 'restore', backup)).err).toMatch(
      /onsale: ONSALE_KEY_SECRET or ONSALE_DRAW_SECRET is not that/,
    )
    const own = JSON.parse(readFileSync(join(restored, 'secrets/secrets.json'), 'utf8'))
    const { keySecret, acceptanceSecret, admissionSecret, drawSecret } = JSON.parse(
      readFileSync(join(dir, 'secrets/secrets.json'), 'utf8'),
    )
    writeFileSync(
      join(restored, 'secrets/secrets.json'),
      JSON.stringify({ ...own, ...{ keySecret, acceptanceSecret, admissionSecret, drawSecret } }),
    )

    const child = begin(restored, 'restore', backup, '--json')
    for await (const line of createInterface({ input: child.stdout! })) {
      const { step, done, total } = JSON.parse(line)
      if (step === 'restore' && done > 0 && done < total) break
    }
    await kill(child)
    await expect(startStack({ dir: restored })).rejects.toThrow(/message.timestamp.type should be LogAppendTime/)
    await stopServices(restored)
    const again = await onsale(restored, 'restore', backup)
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/records are back/) })

    const copy = join(folder, 'copy')
    expect((await onsale(restored, 'backup', copy)).code).toBe(0)
    expect(contents(manifestOf(copy))).toEqual(contents(manifestOf(backup)))
    expect(filesIn(copy)['schemas.json']).toBe(filesIn(backup)['schemas.json'])

    stack = await startStack({ dir: restored })
    const { out, code } = await onsale(restored, 'audit', '--against-read-model', '--json')
    const audit = JSON.parse(out)
    expect({ code, violations: audit.violations, gaps: audit.gaps }).toEqual({ code: 0, violations: [], gaps: 0 })
    const commands = manifestOf(backup)
      .topics.filter(({ topic }) => topic.endsWith('.commands'))
      .flatMap(({ partitions }) => partitions)
      .reduce((sum, { records }) => sum + records, 0)
    // Rooms that were open go on admitting.
    expect(audit.commands + audit.undecided).toBeGreaterThanOrEqual(commands)
    const onward = await System.over(stack)
    const guests = comeAndGo(onward, await onward.newShow(), 3)
    await until(() => guests.released.length > 10)
    await guests.stop()

    await stopServices(restored)
    expect(await onsale(restored, 'restore', backup)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/onsale: this system is not empty: SQL has the read model/),
    })
  })

  async function stopServices(of: string): Promise<void> {
    const running = (await openStack(of)?.status())?.filter(({ kind, pid }) => kind === 'service' && pid !== null) ?? []
    for (const { name } of running) {
      openStack(of)?.kill(name, 'SIGTERM')
      await until(() => openStack(of)?.pid(name) === null)
    }
  }
})
