import { connect, type Socket } from 'node:net'

export interface HttpAnswer {
  status: number
  /** The first bytes of the body, where the status is not the one hoped for: to say what went wrong. */
  complaint: string | null
}

const headEnd = Buffer.from('\r\n\r\n')
const nothing = Buffer.alloc(0)

/**
 * One HTTP/1.1 connection that is kept alive, with one request under way at a time. It measures and shares its cores with what it
 * measures, so it does no more than it must: requests come as bytes, of an answer it reads the status and the length.
 */
export class HttpConnection {
  private buffered: Buffer = nothing
  private waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | null = null

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.take(chunk))
    socket.on('error', (error) => this.fail(error))
    socket.on('close', () => this.fail(new Error('the server closed the connection')))
  }

  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port }, () => {
        socket.off('error', reject)
        resolve(new HttpConnection(socket))
      })
      socket.once('error', reject)
    })
  }

  send(request: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(new Error('the connection is closed'))
      this.waiting = { resolve, reject }
      this.socket.write(request, 'latin1')
    })
  }

  /** An idle one may be, by the server: they are kept for so long and no longer. */
  get closed(): boolean {
    return this.socket.destroyed
  }

  close(): void {
    this.socket.destroy()
  }

  private take(chunk: Buffer): void {
    const bytes = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk])
    const answer = answerIn(bytes)
    if (answer === null) {
      this.buffered = bytes
      return
    }
    this.buffered = nothing
    const { waiting } = this
    this.waiting = null
    if (answer instanceof Error) waiting?.reject(answer)
    else waiting?.resolve(answer)
  }

  private fail(error: Error): void {
    const { waiting } = this
    this.waiting = null
    waiting?.reject(error)
  }
}

/** The one answer that the bytes hold; null where some of it is still to come. */
export function answerIn(bytes: Buffer): HttpAnswer | Error | null {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) return new Error('an answer without content-length')
  const from = end + headEnd.length
  if (bytes.length < from + Number(length)) return null
  return { status, complaint: status < 300 ? null : bytes.toString('utf8', from, from + 300) }
}
