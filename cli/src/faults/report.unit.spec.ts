import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Counted } from './fault-loop.js'
import { coverageTable, seedResult, summaryOf, worstTable } from './report.js'
import { addResult, coveredBy, readResults } from './seed-result.js'

const done = (kind: Counted['kind'], target: string, noCommandsMs: number, noReadsMs: number): Counted => ({
  ...{ kind, target, holdMs: 600, delayMs: 30, at: 0, inFlight: 3, observed: 'seen', mendedAfterMs: 700 },
  ...{ noCommandsMs, noReadsMs, cycleMs: 900 },
})
const counts = { commands: 100, acknowledged: 99, unknown: 1, reads: 10, finalReads: 5, ignoredStale: 0 }
const machine = { cores: 2, loadBefore: 1.5 }
const settings = (seed: number) => ({ seed, brokers: 1, minutes: 4 })
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-results-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('sums up the seeds of a campaign, whenever they ran', () => {
  const file = join(folder, 'campaign.jsonl')
  expect(readResults(file)).toEqual([])
  const faults = [done('kill', 'decider', 1_900, 100), done('cut', 'kafka', 900, 80)]
  addResult(file, seedResult(settings(1), machine, { ...counts, counted: faults, findings: [] }))
  const findings = [
    { kind: 'lost' as const, about: 'reserve a', detail: 'not there' },
    { kind: 'audit' as const, about: 'oversold at 0/7', detail: '2 of 1' },
  ]
  addResult(
    file,
    seedResult(settings(2), machine, { ...counts, counted: [done('kill', 'decider', 300, 2_000)], findings }),
  )
  const results = readResults(file)
  expect(summaryOf(results)).toEqual({
    ...{ seeds: [1, 2], injections: 3, byKindAndTarget: { 'cut kafka': 1, 'kill decider': 2 } },
    ...{ commands: 200, acknowledged: 198, unknown: 2, lost: 1, doubled: 0, oversold: 1 },
    violations: ['seed 2: lost: reserve a: not there', 'seed 2: audit: oversold at 0/7: 2 of 1'],
    worstUnavailableMs: {
      commands: { 'cut kafka': 900, 'kill decider': 1_900 },
      reads: { 'cut kafka': 80, 'kill decider': 2_000 },
    },
  })
  expect([...coveredBy(results)]).toEqual([
    ['kill decider', 2],
    ['cut kafka', 1],
  ])
  const all = results.flatMap((result) => result.faults)
  expect(coverageTable(all)).toMatch(/decider +│ +2 │/)
  expect(worstTable(all)).toMatch(/decider +│ +1900; 2000 │/)
})

it('refuses a file that is something else', () => {
  const file = join(folder, 'else.jsonl')
  writeFileSync(file, '{"index":0}\n')
  expect(() => readResults(file)).toThrow(/line 1: no result/)
})
