import { connect, type Socket } from 'node:net'
import { ByteReader } from '../log/wire/byte-reader.js'
import { ByteWriter } from '../log/wire/byte-writer.js'

/** The broker went away, or did not answer: what was asked may have been done. */
export class ConnectionLostError extends Error {}

export interface Request {
  apiKey: number
  apiVersion: number
  /** Requests and answers of this version end each structure with tags. */
  flexible?: boolean
  body(out: ByteWriter): void
}

interface Waiting {
  flexible: boolean
  resolve(answer: ByteReader): void
  reject(error: Error): void
}

/** One connection to one broker: a request and its answer, several under way at a time. */
export class BrokerConnection {
  private readonly waiting = new Map<number, Waiting>()
  private received: Buffer[] = []
  private receivedBytes = 0
  private correlation = 0
  private lost: Error | null = null

  private constructor(
    private readonly socket: Socket,
    private readonly clientId: string,
  ) {
    socket.on('data', (bytes) => this.take(bytes))
    socket.on('timeout', () => {
      if (this.waiting.size > 0) this.lose(new ConnectionLostError('the broker does not answer'))
    })
    socket.on('error', (error) => this.lose(new ConnectionLostError(error.message)))
    socket.on('close', () => this.lose(new ConnectionLostError('the broker closed the connection')))
  }

  /** @throws ConnectionLostError */
  static open(
    address: { host: string; port: number },
    clientId: string,
    patienceMs: number,
  ): Promise<BrokerConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...address, noDelay: true, timeout: patienceMs })
      const refuse = (error?: Error) => {
        socket.destroy()
        reject(new ConnectionLostError(error?.message ?? `${address.host}:${address.port} does not answer`))
      }
      socket.once('error', refuse).once('timeout', refuse)
      socket.once('connect', () => {
        socket.off('error', refuse).off('timeout', refuse)
        resolve(new BrokerConnection(socket, clientId))
      })
    })
  }

  get isLost(): boolean {
    return this.lost !== null
  }

  /** @throws ConnectionLostError */
  ask({ apiKey, apiVersion, flexible = false, body }: Request): Promise<ByteReader> {
    if (this.lost) return Promise.reject(this.lost)
    this.correlation += 1
    const out = new ByteWriter(512)
    const size = out.later32()
    out.int16(apiKey)
    out.int16(apiVersion)
    out.int32(this.correlation)
    out.text16(this.clientId)
    if (flexible) out.int8(0)
    body(out)
    out.patch32(size, out.length - 4)
    const { promise, resolve, reject } = Promise.withResolvers<ByteReader>()
    this.waiting.set(this.correlation, { flexible, resolve, reject })
    this.socket.write(out.written)
    return promise
  }

  close(): void {
    this.lose(new ConnectionLostError('closed'))
  }

  private lose(error: Error): void {
    this.lost ??= error
    this.socket.destroy()
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }

  private take(bytes: Buffer): void {
    this.received.push(bytes)
    this.receivedBytes += bytes.length
    while (this.receivedBytes >= 4) {
      if ((this.received[0] as Buffer).length < 4) this.received = [Buffer.concat(this.received)]
      const length = (this.received[0] as Buffer).readInt32BE(0)
      if (this.receivedBytes < length + 4) return
      const all = this.received.length === 1 ? (this.received[0] as Buffer) : Buffer.concat(this.received)
      this.received = [all.subarray(length + 4)]
      this.receivedBytes = all.length - length - 4
      const answer = new ByteReader(all, 4, length + 4)
      const correlation = answer.int32()
      const waiting = this.waiting.get(correlation)
      this.waiting.delete(correlation)
      if (waiting?.flexible) answer.int8()
      waiting?.resolve(answer)
    }
  }
}
