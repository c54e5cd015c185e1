import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { type Change, machineFacts, writeReport } from '@onsale/bench'
import { root, stackDir } from '../checkout.js'
import { type BenchRun, benches, type Ran } from './registry.js'

/** Runs every benchmark and writes the report. */
export async function runAll(run: BenchRun): Promise<{ markdown: string; changes: Change[] | null; tables: string }> {
  const loadBefore = Number((loadavg()[0] ?? 0).toFixed(1))
  const ran: Ran[] = []
  for (const bench of benches) ran.push(await bench(run))
  const report = {
    at: new Date().toISOString(),
    commit: commit(),
    loadBefore,
    machine: machineFacts(Object.assign({}, ...ran.map(({ versions }) => versions ?? {}))),
    results: ran.map(({ result }) => result),
  }
  const chart = ran.find((it) => it.chart)?.chart ?? null
  const written = writeReport(join(stackDir, 'bench'), report, chart)
  return { ...written, tables: report.results.map(({ name, tables }) => `${name}\n${tables}`).join('\n\n') }
}

function commit(): string | null {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}
