import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { openAcceptLanes } from './accept-lanes.js'

const host = '127.0.0.1'

test('whatever lane a connection comes by, the server answers; closing waits for what is under way and hangs up on the idle', async () => {
  const held: (() => void)[] = []
  const server = createServer((asked, response) => {
    if (asked.url === '/held') held.push(() => response.setHeader('connection', 'close').end('held'))
    else response.end('quick')
  })
  server.listen({ host, port: 0, reusePort: true })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const lanes = await openAcceptLanes(server, { host, port, lanes: 3 })
  const agent = new Agent({ keepAlive: true })
  const get = (path: string) =>
    new Promise<string>((resolve, reject) => {
      request({ host, port, path, agent }, (answer) => {
        let text = ''
        answer.on('data', (part) => {
          text += part
        })
        answer.on('end', () => resolve(text))
      })
        .on('error', reject)
        .end()
    })
  // The kernel spreads connections over the sockets by their ports: of so many, each has some.
  expect(new Set(await Promise.all(Array.from({ length: 40 }, () => get('/'))))).toEqual(new Set(['quick']))
  const under = Promise.all(Array.from({ length: 40 }, () => get('/held')))
  while (held.length < 40) await new Promise(setImmediate)
  let closed = false
  const closing = Promise.all([new Promise((resolve) => server.close(resolve)), lanes.close()]).then(() => {
    closed = true
  })
  await new Promise(setImmediate)
  expect(closed).toBe(false)
  for (const answer of held) answer()
  expect(new Set(await under)).toEqual(new Set(['held']))
  await closing
  agent.destroy()
})
