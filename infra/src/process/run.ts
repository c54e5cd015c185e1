import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { identify, isRunning, type ProcessIdentity } from './identity.js'
import type { ProcessSpec } from './spec.js'

const pidFile = z.object({
  name: z.string(),
  kind: z.enum(['server', 'service']),
  pid: z.number(),
  startTicks: z.string(),
  bootId: z.string(),
  url: z.string(),
  stopWithinMs: z.number(),
  env: z.record(z.string(), z.string()),
  /** The service that it runs, where it is one more process of it under another name. */
  like: z.string().optional(),
})
/** What a pid file holds: enough to ask, signal and stop the process from another one, long after. */
export type RunningProcess = z.infer<typeof pidFile>

const fileOf = (pidDir: string, name: string) => join(pidDir, `${name}.json`)

/** The process as it was started, whether or not it still runs. */
function readPidFile(pidDir: string, name: string): RunningProcess | null {
  try {
    return pidFile.parse(JSON.parse(readFileSync(fileOf(pidDir, name), 'utf8')))
  } catch {
    return null
  }
}

export function running(pidDir: string, name: string): RunningProcess | null {
  const entry = readPidFile(pidDir, name)
  return entry && isRunning(entry) ? entry : null
}

export function allStarted(pidDir: string): RunningProcess[] {
  if (!existsSync(pidDir)) return []
  return readdirSync(pidDir)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => readPidFile(pidDir, file.slice(0, -'.json'.length)) ?? [])
}

/** Starts it detached, with its output in a file, so that it outlives the caller. Does not wait for it. */
export async function start(spec: ProcessSpec, pidDir: string, logFile: string): Promise<RunningProcess> {
  mkdirSync(pidDir, { recursive: true })
  mkdirSync(dirname(logFile), { recursive: true })
  const output = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
        HOME: process.env.HOME ?? '/',
        LANG: 'C.UTF-8',
        TZ: 'UTC',
        ...spec.env,
      },
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (error) => reject(new Error(`${spec.name} does not start: ${error.message}`)))
    })
    child.unref()
    const identity = identify(child.pid as number)
    if (!identity) throw new Error(`${spec.name} ended at once:\n${logTail(logFile)}`)
    // Nobody may go further to the front than who started it.
    if (spec.niceness) setPriority(identity.pid, Math.max(spec.niceness, getPriority()))
    const { name, kind, url, stopWithinMs, env, like } = spec
    const entry: RunningProcess = { name, kind, ...identity, url, stopWithinMs, env, like }
    const file = fileOf(pidDir, name)
    writeFileSync(`${file}.new`, JSON.stringify(entry), { mode: 0o600 })
    renameSync(`${file}.new`, file)
    return entry
  } finally {
    closeSync(output)
  }
}

const ofTrace = /^\s*(at |\.\.\. \d+ more)/

/** What it wrote last, but for where in its code that was; said shortly where its disk is full. */
export function logTail(file: string, lines = 15): string {
  if (!existsSync(file)) return '(no log)'
  const written = readFileSync(file, 'utf8').trimEnd().split('\n')
  const last = written.filter((line) => !ofTrace.test(line)).slice(-lines)
  const full = last.some((line) => line.includes('No space left on device'))
  return full ? `its disk is full: No space left on device, says ${file}` : last.join('\n')
}

/** Polls until the process answers; throws when it ends first or does not answer within `withinMs`. */
export async function untilReady(
  spec: ProcessSpec,
  identity: ProcessIdentity,
  logFile: string,
  signal?: AbortSignal,
  withinMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    signal?.throwIfAborted()
    if (await spec.probe().catch(() => false)) return
    if (!isRunning(identity)) throw new Error(`${spec.name} ended before it was ready:\n${logTail(logFile)}`)
    if (Date.now() > deadline) throw new Error(`${spec.name} is not ready after ${withinMs} ms:\n${logTail(logFile)}`)
    await sleep(40)
  }
}

/** Signals the whole process group (nginx has workers). False where the process no longer runs. */
export function signal(entry: RunningProcess, name: NodeJS.Signals): boolean {
  if (!isRunning(entry)) return false
  try {
    process.kill(-entry.pid, name)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

async function ended(entry: RunningProcess, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (isRunning(entry)) {
    if (Date.now() > deadline) return false
    await sleep(20)
  }
  return true
}

/** SIGTERM, a bounded wait, SIGKILL; returns when nothing of it runs. A process that was paused is woken first. */
export async function stop(entry: RunningProcess, pidDir: string): Promise<'stopped' | 'killed' | 'gone'> {
  const file = fileOf(pidDir, entry.name)
  let how: 'stopped' | 'killed' | 'gone' = 'gone'
  if (signal(entry, 'SIGTERM')) {
    signal(entry, 'SIGCONT')
    how = 'stopped'
    if (!(await ended(entry, entry.stopWithinMs))) {
      signal(entry, 'SIGKILL')
      how = 'killed'
      if (!(await ended(entry, 10_000))) throw new Error(`${entry.name} (pid ${entry.pid}) survives SIGKILL`)
    }
  }
  rmSync(file, { force: true })
  return how
}
