import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { expect, test } from '@jest/globals'
import { choosePorts, extraPort, isFree, portNames } from './ports.js'

async function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('every name gets a free port of its own, below the ephemeral ones and never a default', async () => {
  const ports = await choosePorts('/some/checkout', {}, new Set())
  const numbers = portNames.map((name) => ports[name])
  expect(new Set(numbers).size).toBe(portNames.length)
  for (const port of numbers) {
    expect(port).toBeGreaterThanOrEqual(20_000)
    expect(port).toBeLessThan(32_768)
    expect(await isFree(port)).toBe(true)
  }
})

test('ports are kept; the one that someone else has taken meanwhile is replaced, unless the taker is ours', async () => {
  const first = await choosePorts('/some/checkout', {}, new Set())
  expect(await choosePorts('/some/checkout', first, new Set())).toEqual(first)
  const taker = await occupy(first.kafka)
  try {
    const second = await choosePorts('/some/checkout', first, new Set())
    expect(second.kafka).not.toBe(first.kafka)
    expect({ ...second, kafka: 0 }).toEqual({ ...first, kafka: 0 })
    expect(await choosePorts('/some/checkout', first, new Set([first.kafka]))).toEqual(first)
  } finally {
    taker.close()
  }
})

test('two checkouts have no port in common', async () => {
  const one = await choosePorts('/checkout/one', {}, new Set())
  const two = await choosePorts('/checkout/two', {}, new Set())
  expect(Object.values(one).filter((port) => Object.values(two).includes(port))).toEqual([])
  expect(Object.values(one)).not.toContain(await extraPort('/checkout/one', one))
})
