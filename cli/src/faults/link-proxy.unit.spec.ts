import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { LinkProxy } from './link-proxy.js'

let echo: Server
let proxy: LinkProxy
const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeAll(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
})
afterAll(() => void echo.close())
beforeEach(async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const port = portOf(free)
  free.close()
  await once(free, 'close')
  proxy = new LinkProxy('echo', port, portOf(echo))
  await proxy.open()
})
afterEach(() => proxy.close())

const open = async (): Promise<Socket> => {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8')
  // A test that is over may be hung up on.
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
const said = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0])

it('passes on what it is given, both ways', async () => {
  const socket = await open()
  socket.write('hello')
  expect(await said(socket)).toBe('hello')
  socket.end()
  await once(socket, 'close')
})

it('cut: resets what there was and refuses what comes, until it is open again', async () => {
  const socket = await open()
  socket.write('hello')
  await said(socket)
  const broken = once(socket, 'error')
  await proxy.become({ kind: 'cut' })
  expect((await broken)[0]).toMatchObject({ code: 'ECONNRESET' })
  expect(proxy.reset).toBe(1)
  await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await proxy.become({ kind: 'open' })
  const again = await open()
  again.write('back')
  expect(await said(again)).toBe('back')
  again.destroy()
})

it('stalled: takes connections and passes nothing; then everything, in order', async () => {
  const before = await open()
  await proxy.become({ kind: 'stalled' })
  const during = await open()
  const heard: string[] = []
  for (const socket of [before, during]) socket.on('data', (text) => heard.push(String(text)))
  before.write('a')
  during.write('b')
  const silent = await Promise.race([
    once(before, 'data').then(() => false),
    new Promise((r) => setTimeout(r, 60, true)),
  ])
  expect([silent, heard]).toEqual([true, []])
  await proxy.become({ kind: 'open' })
  while (heard.length < 2) await new Promise(setImmediate)
  expect(heard.sort()).toEqual(['a', 'b'])
  before.destroy()
  during.destroy()
})

it('delayed: each way takes as long as it is told, and what comes after the delay does not overtake', async () => {
  const socket = await open()
  await proxy.become({ kind: 'delayed', ms: 40 })
  const began = performance.now()
  socket.write('a')
  expect(await said(socket)).toBe('a')
  // Each of the two timers may be early by a millisecond and a fraction of one.
  expect(performance.now() - began).toBeGreaterThanOrEqual(76)
  expect(proxy.late).toBe(2)
  socket.write('b')
  await proxy.become({ kind: 'open' })
  socket.write('c')
  let heard = ''
  while (heard.length < 2) heard += await said(socket)
  expect(heard).toBe('bc')
  socket.destroy()
})
