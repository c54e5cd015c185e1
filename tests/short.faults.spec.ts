import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, jest } from '@jest/globals'
import { nameOfFault, runFaults } from '@onsale/cli'

jest.setTimeout(600_000)

/** What most often goes wrong, once each: `./onsale faults` does all of it, again and again. */
const faults = [
  ...['kill decider', 'kill decider-2', 'kill command-api', 'kill projectors', 'kill kafka', 'kill mysql-primary'],
  ...['kill mysql-replica', 'pause decider', 'pause kafka', 'restart decider-2', 'restart command-api-2'],
  ...[
    'kill reactors',
    'pause reactors',
    'cut kafka',
    'cut mysql-primary',
    'cut mysql-replication',
    'stall kafka',
    'delay kafka',
  ],
]

it('one fault after the other under customers: nothing lost, nothing doubled, nothing oversold, nobody goes back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-faults-'))
  const result = await runFaults({
    ...{ seed: 7, minutes: 4, injections: faults.length, brokers: 1, customers: 16, holdSeconds: 5 },
    historyFile: join(folder, 'history.jsonl'),
    keepIn: join(import.meta.dirname, '../.onsale/faults/test'),
    only: (fault) => faults.includes(nameOfFault(fault)),
    signal: new AbortController().signal,
    say: (line) => void process.stdout.write(`${line}\n`),
  })
  rmSync(folder, { recursive: true })
  expect(result.findings).toEqual([])
  expect(result.counted.map(nameOfFault).sort()).toEqual([...faults].sort())
  expect(result.acknowledged).toBeGreaterThan(500)
  expect(result.finalReads).toBeGreaterThan(100)
})
