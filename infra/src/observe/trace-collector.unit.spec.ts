import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { SpanStore } from './span-store.js'
import { createTraceCollector } from './trace-collector.js'

let folder: string
let server: Server
let url: string

const open = async () => {
  server = createTraceCollector(new SpanStore(folder, 4))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const close = () =>
  new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-traces-'))
  await open()
})
afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true })
})

const traceOf = (digit: string) => digit.repeat(32)
const exported = (digit: string, more: object = {}) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'decider' } }] },
      scopeSpans: [
        {
          scope: { name: 'onsale' },
          spans: [
            {
              traceId: traceOf(digit),
              spanId: digit.repeat(16),
              name: 'decide',
              kind: 1,
              startTimeUnixNano: '1795711390131000000',
              endTimeUnixNano: '1795711390132500000',
              attributes: [{ key: 'onsale.command.id', value: { stringValue: `command-${digit}` } }],
              ...more,
            },
          ],
        },
      ],
    },
  ],
})
const send = async (body: unknown) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return (await fetch(`${url}/v1/traces`, { method: 'POST', body: text })).status
}
const ask = async (query = '') => {
  const response = await fetch(`${url}/traces${query}`)
  const body = (await response.json()) as { traceId: string; spans: { spanId: string }[] }
  return response.ok ? [body.traceId, ...body.spans.map(({ spanId }) => spanId[0])] : response.status
}

test('a trace is found by its id, by a command in it, or as the last one; and with it the batches that are linked to it', async () => {
  await send(exported('a'))
  await send(exported('b', { attributes: [], links: [{ traceId: traceOf('a'), spanId: 'a'.repeat(16) }] }))
  await send(exported('c'))
  expect(await ask(`?trace=${traceOf('a')}`)).toEqual([traceOf('a'), 'a', 'b'])
  expect(await ask('?command=command-a')).toEqual([traceOf('a'), 'a', 'b'])
  expect(await ask()).toEqual([traceOf('c'), 'c'])
  expect(await ask('?command=command-x')).toBe(404)
})

test('what is kept outlives a restart, and the oldest goes', async () => {
  for (const digit of 'abcdef') expect(await send(exported(digit))).toBe(200)
  await close()
  await open()
  expect(await ask(`?trace=${traceOf('f')}`)).toEqual([traceOf('f'), 'f'])
  for (const digit of '123') await send(exported(digit))
  expect(await ask(`?trace=${traceOf('a')}`)).toBe(404)
  expect(await ask(`?trace=${traceOf('f')}`)).toEqual([traceOf('f'), 'f'])
})

test.each([
  ['{', 400],
  [{}, 400],
  [exported('x'), 400],
])('%j is no export', async (body, status) => {
  expect(await send(body)).toBe(status)
})
