import { connect } from 'node:net'
import type { Link } from '@onsale/infra'

/** What makes each kind of server say something; MariaDB speaks first. */
const hello: Record<Link['protocol'], Buffer> = {
  // ApiVersions, version 0, without a client id.
  kafka: Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]),
  http: Buffer.from('GET /health/live HTTP/1.0\r\n\r\n'),
  mysql: Buffer.alloc(0),
  redis: Buffer.from('PING\r\n'),
}

export type Asked = { kind: 'refused' } | { kind: 'silent' } | { kind: 'answered'; afterMs: number }

/** Whether a server answers at a port, and after how long: one new connection, one greeting. */
export function askServer(port: number, protocol: Link['protocol'], withinMs: number): Promise<Asked> {
  return new Promise((resolve) => {
    const began = performance.now()
    const socket = connect(port, '127.0.0.1')
    const end = (asked: Asked) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(asked)
    }
    const timer = setTimeout(() => end({ kind: 'silent' }), withinMs)
    socket.on('error', () => end({ kind: 'refused' }))
    socket.on('close', () => end({ kind: 'refused' }))
    socket.on('connect', () => socket.write(hello[protocol]))
    socket.on('data', () => end({ kind: 'answered', afterMs: performance.now() - began }))
  })
}
