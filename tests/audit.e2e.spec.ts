import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { plantLog } from '../cli/src/audit/testing/plant.js'
import { planted } from '../cli/src/audit/testing/planted.js'
import { invariants } from '../cli/src/audit/violation.js'
import { followJournal } from './claims.js'
import { System } from './system.js'

const main = resolve(import.meta.dirname, '../cli/dist/main.js')

/** As a person at a terminal runs it. */
async function onsale(dir: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ONSALE_DIR: dir } })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, code: code as number }
}

describe('./onsale audit', () => {
  let dir: string
  let env: string
  let remove: () => Promise<void>

  beforeAll(async () => {
    const system = await System.open()
    dir = system.stack.connection.dir
    env = `planted-${randomUUID().slice(0, 8)}`
    const journal = await followJournal(system)
    remove = await plantLog(journal.kafka, journal.codec, env)
    await journal.stop()
  })

  afterAll(() => remove())

  it('finds nothing wrong with what the system did, in the log and on the replica', async () => {
    const { out, code } = await onsale(dir, 'audit', '--json', '--against-read-model')
    expect(JSON.parse(out)).toMatchObject({ violations: [], gaps: 0 })
    expect(code).toBe(0)
  })

  it('names every mistake that was planted in a log, and ends with 1', async () => {
    const { out, code } = await onsale(dir, 'audit', '--json', '--env', env)
    expect(code).toBe(1)
    const { violations } = JSON.parse(out) as { violations: { invariant: string; partition: number }[] }
    for (const [partition, { invariant, also = [] }] of planted.entries()) {
      const named = violations.filter((violation) => violation.partition === partition).map((it) => it.invariant)
      expect([...new Set(named)].sort()).toEqual(invariant === null ? [] : [invariant, ...also].sort())
    }
    const found = new Set(violations.map(({ invariant }) => invariant))
    const ofTheLog = Object.keys(invariants).filter((name) => !name.startsWith('read-model'))
    expect([...found].sort()).toEqual(ofTheLog.sort())
  })

  it('ends with 2 and one line where there is nothing to audit', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'onsale-nothing-'))
    expect(await onsale(nowhere, 'audit')).toEqual({
      out: '',
      err: 'onsale: nothing was started here; ./onsale up\n',
      code: 2,
    })
    const { err, code } = await onsale(dir, 'audit', '--env', 'no-such-environment')
    expect(code).toBe(2)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})
