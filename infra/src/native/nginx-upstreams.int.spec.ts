import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { checkoutRoot, inStack } from '../paths.js'
import { chooseNamed } from '../ports.js'
import { allStarted, stop } from '../process/run.js'
import { bringUp } from './launch.js'
import { nginx } from './nginx.js'

let dir: string
let origin: string
let ports: Record<'origin' | 'one' | 'two' | 'query', number>
const servers: Server[] = []

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-nginx-'))
  ports = await chooseNamed(dir, ['origin', 'one', 'two', 'query'], {}, new Set(), new Set())
  const spec = nginx(dir, checkoutRoot, ports.origin, { commandApi: [ports.one, ports.two], queryApi: [ports.query] })
  origin = spec.url
  await bringUp(dir, spec)
})
afterAll(async () => {
  const { pids } = inStack(dir)
  for (const entry of allStarted(pids)) await stop(entry, pids)
  for (const server of servers) server.close()
  rmSync(dir, { recursive: true })
})

const serve = async (port: number, listener: RequestListener) => {
  const server = createServer(listener)
  servers.push(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
const post = () => fetch(`${origin}/api/tickets/reserve`, { method: 'POST', body: '{}' })

test('of two processes the one that is there is asked; a POST that arrived somewhere is never sent a second time', async () => {
  let arrived = 0
  await serve(ports.two, (_, response) => {
    arrived += 1
    response.end('two')
  })
  // Nobody listens at the first: every request finds the second.
  for (let sent = 0; sent < 6; sent += 1) expect(await (await post()).text()).toBe('two')
  expect(arrived).toBe(6)

  let taken = 0
  await serve(ports.one, (request) => {
    taken += 1
    request.on('end', () => request.socket.destroy()).resume()
  })
  const broken: number[] = []
  // The first is left alone for a second after it could not be reached.
  while (broken.length === 0) {
    const { status } = await post()
    if (status !== 200) broken.push(status)
  }
  expect(broken).toEqual([502])
  expect(taken).toBe(1)
})
