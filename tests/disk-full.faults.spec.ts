import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, jest } from '@jest/globals'
import { Disks, nameOfFault, runFaults } from '@onsale/cli'

jest.setTimeout(600_000)

const servers = ['kafka', 'mysql-primary', 'mysql-replica', 'redis-primary', 'redis-replica']
const hindrance = Disks.hindrance()
/** Reported as skipped, never as passed, where it can't be tried. */
const here = hindrance === null ? it : it.skip
const notRun = hindrance === null ? '' : ` (not run: ${hindrance})`

here(
  `the disk of each server is full for a while: what was acknowledged is there, and it goes on${notRun}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onsale-faults-'))
    const result = await runFaults({
      ...{ seed: 8, minutes: 5, injections: servers.length, brokers: 1, customers: 16, holdSeconds: 5, disks: true },
      historyFile: join(folder, 'history.jsonl'),
      keepIn: join(import.meta.dirname, '../.onsale/faults/disk-full'),
      only: ({ kind }) => kind === 'fill',
      signal: new AbortController().signal,
      say: (line) => void process.stdout.write(`${line}\n`),
    })
    rmSync(folder, { recursive: true })
    expect(result.findings).toEqual([])
    expect(result.counted.map(nameOfFault).sort()).toEqual(servers.map((name) => `fill ${name}`))
    expect(result.acknowledged).toBeGreaterThan(500)
  },
)
