import { connect } from 'node:net'

/** What INFO says, by name. One connection, one question: the launcher needs no client library for it. */
export function redisInfo(at: { port: number; password: string }, timeoutMs = 2_000): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(at.port, '127.0.0.1')
    socket.setEncoding('utf8')
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`redis on port ${at.port} does not answer`)))
    socket.once('error', reject)
    socket.once('connect', () => socket.write(`AUTH ${at.password}\r\nINFO\r\nQUIT\r\n`))
    socket.on('data', (text: string) => {
      answer += text
    })
    socket.once('end', () => {
      const refusal = /^-.*$/m.exec(answer)
      if (refusal) return reject(new Error(`redis on port ${at.port}: ${refusal[0].slice(1)}`))
      resolve(
        Object.fromEntries([...answer.matchAll(/^([a-z_0-9]+):(.*?)\r?$/gm)].map(([, key, value]) => [key, value])),
      )
    })
  })
}
