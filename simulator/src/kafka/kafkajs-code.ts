import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Admin, Consumer, Producer } from 'kafkajs'
import { Kernel, type Pending, type SimProcess } from '../kernel/index.js'

/**
 * The real client code of kafkajs, from its own files, but for what lies below its brokers' objects: its timers, clock and
 * randomness are those of the simulated process in whose step it runs. So its retries, its sequence numbers and its
 * group protocol are not imitated here.
 */
const require = createRequire(import.meta.url)
const root = join(dirname(require.resolve('kafkajs/package.json')), 'src')

const here = (): SimProcess => {
  const process = Kernel.running?.current
  if (!process) throw new Error('kafkajs runs outside of a simulated process')
  return process
}

class SimDate extends Date {
  constructor(...from: [number?]) {
    super(from.length > 0 ? (from[0] as number) : SimDate.now())
  }

  static override now(): number {
    return here().now()
  }
}

const simMath = Object.assign(Object.create(Math), { random: () => here().random.next() }) as Math

const standIns: Record<string, unknown> = {
  setTimeout: (run: () => void, ms = 0): Pending => here().after(ms, 'kafkajs timer', run),
  clearTimeout: (timer: Pending | null | undefined) => {
    if (timer) timer.cancelled = true
  },
  Date: SimDate,
  Math: simMath,
  process: { env: {} },
}

const loaded = new Map<string, { exports: unknown }>()

function load(file: string): unknown {
  const known = loaded.get(file)
  if (known) return known.exports
  const module = { exports: {} as unknown }
  loaded.set(file, module)
  const source = readFileSync(file, 'utf8')
  if (file.endsWith('.json')) module.exports = JSON.parse(source)
  else {
    const names = Object.keys(standIns)
    // Not eval of anything that a run makes: the files of the package, with other globals.
    const body = new Function('exports', 'require', 'module', ...names, `${source}\n//# sourceURL=sim:${file}`)
    body(module.exports, (name: string) => resolve(name, dirname(file)), module, ...Object.values(standIns))
  }
  return module.exports
}

function resolve(name: string, from: string): unknown {
  if (!name.startsWith('.')) return require(name)
  return load(require.resolve(join(from, name)))
}

const part = <T>(name: string): T => load(require.resolve(join(root, name))) as T

interface ErrorClasses {
  KafkaJSProtocolError: new (code: object) => Error
  KafkaJSOffsetOutOfRange: new (error: Error, at: { topic: string; partition: number }) => Error
  KafkaJSConnectionError: new (what: string, at: { broker: string; code?: string }) => Error
  KafkaJSConnectionClosedError: new (what: string, at: { host: string; port: number }) => Error
  KafkaJSRequestTimeoutError: new (what: string, at: { broker: string }) => Error
}

export type Retrier = <T>(
  work: (bail: (error: Error) => void, retryCount: number, retryTime: number) => Promise<T>,
) => Promise<T>

export const kafkajsCode = {
  createProducer: part<(options: object) => Producer>('producer'),
  createConsumer: part<(options: object) => Consumer>('consumer'),
  createAdmin: part<(options: object) => Admin>('admin'),
  createRetry: part<(options: object) => Retrier>('retry'),
  errors: part<ErrorClasses>('errors'),
  errorCodes: part<{ errorCodes: { type: string }[] }>('protocol/error').errorCodes,
}
