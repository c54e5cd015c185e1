import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { endAbandonedTests } from '@onsale/infra'
import { z } from 'zod'
import { root } from '../checkout.js'
import { CommandError, type Register } from '../command.js'
import { runSimTier } from '../simulation/sim-tier.js'

const tiers = ['static', 'unit', 'sim', 'int', 'e2e', 'faults'] as const
type Tier = (typeof tiers)[number]

interface Count {
  passed: number
  failed: number
}

/** Each is one test: its npm script passes or fails. */
const staticChecks = [
  'build',
  'typecheck:tests',
  'lint:style',
  'lint:rooms',
  'lint:ports',
  'lint:openapi',
  'lint:unused',
  'lint:rules',
]

/** What ends a run before its time: Ctrl-C, a terminal that closes, a CI that gives up. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
let interruptedBy: (typeof endings)[number] | undefined

/** `isDone` says that the command has nothing left to do but to end: from there it has half a minute. */
async function run(command: string, args: string[], isDone = () => false): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
  let late = 0
  const watch = setInterval(() => {
    if (isDone() && ++late === 30) {
      process.stdout.write('it does not end: something that a test started is still there\n')
      child.kill('SIGKILL')
    }
  }, 1000)
  const end = (signal: NodeJS.Signals) => {
    interruptedBy = signal as typeof interruptedBy
    child.kill(signal)
  }
  for (const signal of endings) process.on(signal, end)
  const [code] = await once(child, 'exit')
  for (const signal of endings) process.off(signal, end)
  clearInterval(watch)
  return code ?? 1
}

async function runStatic(): Promise<Count> {
  let failed = 0
  for (const script of staticChecks) {
    if (interruptedBy) break
    process.stdout.write(`--- ${script}\n`)
    if ((await run('npm', ['run', '--silent', script])) !== 0) {
      process.stdout.write(`failed: ${script}\n`)
      failed++
    }
  }
  return { passed: staticChecks.length - failed, failed }
}

const jestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  /** Suites that broke before a test of theirs could run. */
  numRuntimeErrorTestSuites: z.number(),
})

async function runJest(tier: Tier, patterns: string[], report: string): Promise<Count> {
  const jest = ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules/jest/bin/jest.js')]
  const options = ['--selectProjects', tier, '--json', '--outputFile', report, '--passWithNoTests']
  // Suites that share servers and processors take turns; those of the unit tier need nothing of each other.
  const turns = tier === 'unit' ? [] : ['--runInBand']
  const code = await run(process.execPath, [...jest, ...options, ...turns, ...patterns], () => existsSync(report))
  const counted = jestReport.safeParse(readJson(report))
  if (!counted.success) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = counted.data
  const failed = numFailedTests + numRuntimeErrorTestSuites
  // Jest may end badly with every test green, e.g. when its servers don't start, or not end at all.
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** What the tests and their tools put into the temporary folder goes with the run. */
async function withTemporaryFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-test-'))
  process.env.TMPDIR = folder
  try {
    return await action(folder)
  } finally {
    if (interruptedBy) await endAbandonedTests(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

function runTier(tier: Tier, paths: string[], report: string): Promise<Count> {
  if (tier === 'static') return runStatic()
  return tier === 'sim' ? runSimTier(() => interruptedBy !== undefined) : runJest(tier, paths, report)
}

async function runTiers(chosen: Tier[], paths: string[], folder: string): Promise<void> {
  const total: Count = { passed: 0, failed: 0 }
  const summary: string[] = []
  let empty = false
  for (const each of chosen) {
    if (interruptedBy) break
    const began = Date.now()
    const report = join(folder, `${each}.json`)
    const { passed, failed } = await runTier(each, paths, report)
    total.passed += passed
    total.failed += failed
    empty ||= passed + failed === 0
    summary.push(`${each}: ${passed} passed, ${failed} failed (${((Date.now() - began) / 1000).toFixed(1)} s)`)
    process.stdout.write(`${summary.at(-1)}\n`)
  }
  if (chosen.length > 1) process.stdout.write(`\n${summary.join('\n')}\n`)
  if (empty) process.stderr.write('onsale: a tier had no tests\n')
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
  if (interruptedBy) process.exitCode = 128 + constants.signals[interruptedBy]
  else if (empty || total.failed > 0) process.exitCode = 1
}

export const test: Register = (program) => {
  program
    .command('test')
    .description('static checks, unit, simulator, int, e2e and faults tests; the last line counts them all')
    .argument('[tier]', `one of ${tiers.join(', ')}; default: all of them`)
    .argument('[paths...]', 'only the suites whose paths match')
    .action(async (tier: string | undefined, paths: string[]) => {
      const chosen = tiers.filter((each) => tier === undefined || each === tier)
      if (chosen.length === 0) throw new CommandError(`there is no tier ${tier}; there are ${tiers.join(', ')}`, 2)
      await withTemporaryFolder((folder) => runTiers(chosen, paths, folder))
    })
}
