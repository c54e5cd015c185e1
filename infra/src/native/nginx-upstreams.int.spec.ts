import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { checkoutRoot, inStack } from '../paths.js'
import { chooseNamed } from '../ports.js'
import { allStarted, stop } from '../process/run.js'
import { bringUp } from './launch.js'
import { nginx } from './nginx.js'

jest.setTimeout(120_000)

let dir: string
let origin: string
let ports: Record<'origin' | 'one' | 'two' | 'query', number>
const servers: Server[] = []

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-nginx-'))
  ports = await chooseNamed(dir, ['origin', 'one', 'two', 'query'], {}, new Set(), new Set())
  const spec = nginx(
    dir,
    checkoutRoot,
    ports.origin,
    { commandApi: [ports.one, ports.two], queryApi: [ports.query] },
    '300ms',
  )
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

test('of two processes the one that is there is asked; where one breaks off or stands still, the other, once', async () => {
  let answered = 0
  let alone = true
  await serve(ports.two, (request, response) => {
    answered += 1
    if (alone) response.end('two')
    else request.on('end', () => request.socket.destroy()).resume()
  })
  // Nobody listens at the first: every request finds the second.
  for (let sent = 0; sent < 6; sent += 1) expect(await (await post()).text()).toBe('two')
  expect(answered).toBe(6)

  let behaviour: 'break off' | 'stand still' = 'break off'
  let taken = 0
  await serve(ports.one, (request) => {
    taken += 1
    if (behaviour === 'break off') request.on('end', () => request.socket.destroy()).resume()
  })
  for (const each of ['break off', 'stand still'] as const) {
    behaviour = each
    const before = taken
    // One that failed is left alone for a second.
    for (; taken === before; await sleep(50)) expect(await (await post()).text()).toBe('two')
  }

  // Both fail: each is asked once, and the sender is told that nothing is known.
  behaviour = 'break off'
  alone = false
  for (; ; await sleep(300)) {
    const before = [taken, answered]
    const { status } = await post()
    expect([502, 504]).toContain(status)
    const asked = [taken - (before[0] as number), answered - (before[1] as number)]
    expect(Math.max(...asked)).toBeLessThanOrEqual(1)
    if (asked[0] === 1 && asked[1] === 1) break
  }
})
