import { afterEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { createMetrics, type OpsServer, type ProcessPort, runService, startOpsServer, traceparentOf } from './index.js'

describe('ops server', () => {
  let server: OpsServer | undefined
  afterEach(() => server?.stop())

  test('live, ready with its reasons, metrics, and nothing else', async () => {
    let reasons = ['the log has not been read yet']
    const registry = createMetrics()
    server = await startOpsServer({ host: '127.0.0.1', port: 0, live: () => [], ready: () => reasons, registry })
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${server?.port}${path}`, { method })
      return [response.status, await response.text()] as const
    }
    expect(await get('/health/live')).toEqual([200, '{"status":"ok","reasons":[]}'])
    expect(await get('/health/ready')).toEqual([
      503,
      '{"status":"unavailable","reasons":["the log has not been read yet"]}',
    ])
    reasons = []
    expect(await get('/health/ready?verbose')).toEqual([200, '{"status":"ok","reasons":[]}'])
    const [status, text] = await get('/metrics')
    expect(status).toBe(200)
    expect(text).toMatch(/^process_cpu_seconds_total [0-9.]+$/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
    expect(text.endsWith('# EOF\n')).toBe(true)
    expect((await get('/'))[0]).toBe(404)
    expect((await get('/metrics', 'POST'))[0]).toBe(405)
  })

  test('a port that is taken is an error', async () => {
    const options = {
      host: '127.0.0.1',
      live: () => [],
      ready: () => [],
      registry: createMetrics(),
    }
    server = await startOpsServer({ ...options, port: 0 })
    await expect(startOpsServer({ ...options, port: server.port })).rejects.toThrow(/EADDRINUSE/)
  })
})

describe('traceparent', () => {
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  test('a well-formed one is handed on', () => expect(traceparentOf(good)).toBe(good))
  test.each([
    undefined,
    '',
    good.toUpperCase(),
    `ff${good.slice(2)}`,
    good.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    good.replace('b7ad6b7169203331', '0'.repeat(16)),
    `${good}-x`,
  ])('%s is not', (value) => expect(traceparentOf(value)).toBeNull())
})

describe('the life of a process', () => {
  const fakeProcess = () => {
    const listeners = new Map<string, (argument: unknown) => void>()
    const { promise: exited, resolve } = Promise.withResolvers<number>()
    const port: ProcessPort = {
      on: (event, listener) => listeners.set(event, listener),
      exit: resolve,
    }
    return { port, exited, emit: (event: string, argument?: unknown) => listeners.get(event)?.(argument ?? event) }
  }
  const logger = pino({ level: 'silent' })

  test.each(['SIGTERM', 'SIGINT'])('%s stops it and exits with 0', async (signal) => {
    const { port, exited, emit } = fakeProcess()
    let stops = 0
    const stop = async () => {
      stops += 1
    }
    await runService(logger, async () => ({ stop }), port)
    emit(signal)
    expect(await exited).toBe(0)
    expect(stops).toBe(1)
  })

  test('a second signal exits with 1 at once', async () => {
    const { port, exited, emit } = fakeProcess()
    const forEver = { sleep: () => new Promise<boolean>(() => {}) }
    await runService(logger, async () => ({ stop: () => new Promise<void>(() => {}) }), port, forEver)
    emit('SIGTERM')
    emit('SIGTERM')
    expect(await exited).toBe(1)
  })

  test('a stop that never ends is ended: 1', async () => {
    const { port, exited, emit } = fakeProcess()
    const slept: number[] = []
    const timers = {
      sleep: async (ms: number) => {
        slept.push(ms)
        return true
      },
    }
    await runService(logger, async () => ({ stop: () => new Promise<void>(() => {}) }), port, timers)
    emit('SIGTERM')
    expect(await exited).toBe(1)
    expect(slept).toEqual([13_000])
  })

  test('a signal while it starts exits with 0', async () => {
    const { port, exited, emit } = fakeProcess()
    void runService(logger, () => new Promise(() => {}), port)
    emit('SIGTERM')
    expect(await exited).toBe(0)
  })

  test.each(['uncaughtException', 'unhandledRejection'])('%s exits with 1', async (event) => {
    const { port, exited, emit } = fakeProcess()
    await runService(logger, async () => ({ stop: async () => {} }), port)
    emit(event, new Error('boom'))
    expect(await exited).toBe(1)
  })

  test('a start that fails, a stop that fails, a service that dies: 1', async () => {
    const start = fakeProcess()
    await runService(logger, () => Promise.reject(new Error('no')), start.port)
    expect(await start.exited).toBe(1)
    const stop = fakeProcess()
    await runService(logger, async () => ({ stop: () => Promise.reject(new Error('no')) }), stop.port)
    stop.emit('SIGTERM')
    expect(await stop.exited).toBe(1)
    const dies = fakeProcess()
    await runService(
      logger,
      async () => ({ stop: async () => {}, failed: Promise.resolve(new Error('dead')) }),
      dies.port,
    )
    expect(await dies.exited).toBe(1)
  })
})
