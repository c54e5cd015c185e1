import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CommandError } from '../command.js'
import type { Counted } from './fault-loop.js'
import { nameOf } from './plan-faults.js'

/** What a run with one seed showed; a campaign keeps a line of this for each. */
export interface SeedResult {
  /** ISO 8601, when it ended. */
  at: string
  seed: number
  brokers: number
  minutes: number
  /** Cores, and the load of the machine when it began. */
  cores: number
  loadBefore: number
  faults: Counted[]
  commands: number
  acknowledged: number
  unknown: number
  reads: number
  finalReads: number
  ignoredStale: number
  lost: number
  doubled: number
  oversold: number
  violations: string[]
}

export function addResult(file: string, result: SeedResult): void {
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify(result)}\n`)
}

/** @throws where a line is no result; there may be no file yet */
export function readResults(file: string): SeedResult[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) => {
      if (line.trim() === '') return []
      try {
        const result = JSON.parse(line) as SeedResult
        if (Array.isArray(result.faults)) return [result]
      } catch {}
      throw new CommandError(`${file}, line ${at + 1}: no result of a seed`, 2)
    })
}

/** How often each fault has been done to each target. */
export function coveredBy(results: readonly SeedResult[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const { faults } of results)
    for (const fault of faults) times.set(nameOf(fault), (times.get(nameOf(fault)) ?? 0) + 1)
  return times
}
