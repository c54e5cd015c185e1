import { describe, expect, test } from '@jest/globals'
import { type Endpoint, Kernel, Network, NoReplyError, SeededRandom, Trace } from './index.js'

const server: Endpoint = { name: 'server', up: true }
const call = { to: server, name: 'ask', timeoutMs: 1_000 }

/** A few processes that talk to a server over a bad network, until nothing is left. */
async function scene(seed: number): Promise<{ hash: string; log: string[] }> {
  const kernel = new Kernel({ seed, trace: new Trace(50) })
  const network = new Network(kernel)
  network.faults = { requestLost: 0.1, replyLost: 0.1, latencyMs: 1, slow: 0.1, slowMs: 50 }
  const log: string[] = []
  for (const name of ['a', 'b', 'c']) {
    const process = kernel.process(name)
    process.start(async () => {
      for (let n = 0; n < 20; n++) {
        await process.sleep(process.random.below(10))
        await network
          .call({ ...call, from: process, changes: true }, () => n)
          .then(
            (it) => log.push(`${name}${it}`),
            (error: Error) => log.push(`${name}: ${error.message}`),
          )
      }
    })
  }
  await kernel.run(() => false)
  return { hash: kernel.trace.hash, log }
}

describe('kernel', () => {
  test('one seed, one run; another seed, another', async () => {
    const [first, again, other] = [await scene(1), await scene(1), await scene(2)]
    expect(again).toEqual(first)
    expect(other.hash).not.toBe(first.hash)
    expect(other.log).not.toEqual(first.log)
    expect(first.log.length).toBe(60)
  })

  test('all that a step sets off is over before the next', async () => {
    const kernel = new Kernel({ seed: 1 })
    const order: string[] = []
    kernel.after(1, 'first', async () => {
      for (let n = 0; n < 50; n++) await null
      order.push('first')
    })
    kernel.after(1, 'second', () => order.push('second'))
    await kernel.run(() => false)
    expect(order).toEqual(['first', 'second'])
  })

  test('time passes only as things happen, and each process has a clock of its own', async () => {
    const kernel = new Kernel({ seed: 1, epochMs: 1_000_000 })
    const process = kernel.process('p')
    process.jump(-500)
    process.drifts(10)
    process.start(() => void process.sleep(60_000))
    await kernel.run(() => false)
    expect(kernel.utc).toBe(1_060_000)
    expect(process.now()).toBe(1_060_100)
  })

  test('of a crashed process nothing runs on; the server has what it asked for', async () => {
    const kernel = new Kernel({ seed: 1 })
    const network = new Network(kernel)
    const process = kernel.process('p')
    const seen: string[] = []
    process.start(async () => {
      await network.call({ ...call, from: process }, () => seen.push('asked'))
      seen.push('told')
    })
    kernel.after(0.9, 'crash', () => process.crash())
    await kernel.run(() => false)
    expect(seen).toEqual(['asked'])
  })

  test('a paused process gets everything late, in order; a sleep that is aborted is over at once', async () => {
    const kernel = new Kernel({ seed: 1 })
    const process = kernel.process('p')
    const seen: string[] = []
    const stop = new AbortController()
    process.start(() => {
      void process.sleep(10).then((passed) => seen.push(`${passed} at ${kernel.now}`))
      void process.sleep(20).then((passed) => seen.push(`${passed} at ${kernel.now}`))
      void process.sleep(9_000, stop.signal).then((passed) => seen.push(`${passed} at ${kernel.now}`))
    })
    kernel.after(5, 'pause', () => process.pause())
    kernel.after(100, 'resume', () => process.resume())
    kernel.after(200, 'abort', () => stop.abort())
    await kernel.run(() => false)
    expect(seen).toEqual(['true at 100', 'true at 100', 'false at 200'])
  })

  test('a call of a server that is down, of one that loses replies, and of an isolated process fails', async () => {
    const kernel = new Kernel({ seed: 1 })
    const network = new Network(kernel)
    const process = kernel.process('p')
    const down: Endpoint = { name: 'down', up: false }
    const errors: unknown[] = []
    process.start(async () => {
      errors.push(await network.call({ ...call, from: process, to: down }, () => 1).catch((error) => error.kind))
      network.faults = { ...network.faults, replyLost: 1 }
      errors.push(await network.call({ ...call, from: process, changes: true }, () => 1).catch((error) => error))
      network.isolated.add(process)
      errors.push(await network.call({ ...call, from: process }, () => 1).catch((error) => error.kind))
    })
    await kernel.run(() => false)
    expect(errors).toEqual(['refused', expect.any(NoReplyError), 'timeout'])
    expect(kernel.faults).toMatchObject({ drop: 2, indefinite: 1 })
  })

  test('seeded numbers are spread evenly', () => {
    const random = new SeededRandom('x', 1)
    const counts = new Array<number>(10).fill(0)
    for (let n = 0; n < 100_000; n++) counts[random.below(10)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
    expect(new SeededRandom('x', 1).bits()).not.toBe(new SeededRandom('x', 2).bits())
  })
})
