import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { identify, isRunning } from './identity.js'
import { allStarted, running, signal, start, stop, untilReady } from './run.js'
import type { ProcessSpec } from './spec.js'

let dir: string
const others: ChildProcess[] = []
const pids = () => join(dir, 'run')
const log = () => join(dir, 'process.log')
const node = (name: string, script: string): ProcessSpec => ({
  name,
  kind: 'server',
  command: process.execPath,
  args: ['-e', script],
  env: { ONSALE_MARK: 'given' },
  cwd: dir,
  url: 'none',
  probe: async () => true,
  version: async () => null,
  stopWithinMs: 300,
})
const idle = 'setInterval(() => {}, 1000)'
/** Says so in its log before it can be told to stop, so that the handler is sure to be there. */
const stubborn = `process.on('SIGTERM', () => {}); console.log('deaf'); ${idle}`

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-process-'))
})
afterEach(async () => {
  // Jest would wait for a child that a failed test left behind.
  for (const other of others.splice(0)) other.kill('SIGKILL')
  for (const entry of allStarted(pids())) await stop(entry, pids())
  rmSync(dir, { recursive: true })
})

test('a process is found again by its file, with the environment that it got and no other', async () => {
  process.env.ONSALE_NOT_GIVEN = 'x'
  const entry = await start(node('one', `console.log(JSON.stringify(process.env)); ${idle}`), pids(), log())
  expect(running(pids(), 'one')).toEqual(entry)
  expect(entry.env).toEqual({ ONSALE_MARK: 'given' })
  const { readFileSync } = await import('node:fs')
  const ready = { ...node('one', ''), probe: async () => readFileSync(log(), 'utf8').endsWith('}\n') }
  await untilReady(ready, entry, log())
  const env = JSON.parse(readFileSync(log(), 'utf8'))
  expect(env.ONSALE_MARK).toBe('given')
  expect(env).not.toHaveProperty('ONSALE_NOT_GIVEN')
})

test('a process that lets others go first has a lower priority than its starter', async () => {
  const polite = await start({ ...node('polite', idle), niceness: 5 }, pids(), log())
  const plain = await start(node('plain', idle), pids(), log())
  expect(getPriority(polite.pid)).toBe(Math.max(5, getPriority()))
  expect(getPriority(plain.pid)).toBe(getPriority())
})

test('a process id that someone else has now is never signalled', async () => {
  const other = spawn(process.execPath, ['-e', idle], { stdio: 'ignore' })
  others.push(other)
  const identity = identify(other.pid as number)
  // As if a process of ours had had that id before, started some ticks earlier.
  const startTicks = String(Number(identity?.startTicks) - 5)
  const stale = { ...(await start(node('one', idle), pids(), log())), pid: other.pid as number, startTicks }
  expect(isRunning(stale)).toBe(false)
  expect(signal(stale, 'SIGKILL')).toBe(false)
  expect(await stop({ ...stale, name: 'stale' }, pids())).toBe('gone')
  expect(identity && isRunning(identity)).toBe(true)
  other.kill('SIGKILL')
  await once(other, 'exit')
  expect(identity && isRunning(identity)).toBe(false)
})

test('stop: SIGTERM where it is heard, SIGKILL where it is not, a paused process is woken', async () => {
  const { readFileSync } = await import('node:fs')
  const polite = await start(node('polite', idle), pids(), log())
  expect(await stop(polite, pids())).toBe('stopped')
  const deaf = await start(node('deaf', stubborn), pids(), log())
  await untilReady(
    { ...node('deaf', ''), probe: async () => readFileSync(log(), 'utf8').includes('deaf') },
    deaf,
    log(),
  )
  expect(await stop(deaf, pids())).toBe('killed')
  const paused = await start({ ...node('paused', idle), stopWithinMs: 10_000 }, pids(), log())
  signal(paused, 'SIGSTOP')
  expect(await stop(paused, pids())).toBe('stopped')
  expect(allStarted(pids())).toEqual([])
})

test('a process that ends before it is ready is an error with the end of its log', async () => {
  const spec = { ...node('brief', "console.log('no port left'); process.exit(3)"), probe: async () => false }
  const waiting = start(spec, pids(), log()).then((entry) => untilReady(spec, entry, log()))
  await expect(waiting).rejects.toThrow(/brief ended before it was ready:\n.*no port left/s)
})

test('a command that does not exist is an error that names the process', async () => {
  const spec = { ...node('missing', ''), command: '/nowhere/at-all' }
  await expect(start(spec, pids(), log())).rejects.toThrow('missing does not start')
})
