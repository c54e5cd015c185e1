import { connect, type Socket } from 'node:net'

const openedAtOnce = 100

/** Connections to the stream of a place, each of a customer of its own; of what comes only that it came is kept. */
export class HeldStreams {
  private readonly sockets: Socket[] = []
  private readonly told = new Set<number>()
  private readonly ended = new Set<number>()

  constructor(
    private readonly url: URL,
    private readonly tokens: readonly string[],
  ) {}

  /** Those that are open and have been told a place. */
  get held(): number {
    return [...this.told].filter((at) => !this.ended.has(at)).length
  }

  async open(): Promise<void> {
    for (let at = 0; at < this.tokens.length; at += openedAtOnce)
      await Promise.all(this.tokens.slice(at, at + openedAtOnce).map((token, n) => this.one(at + n, token)))
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  /** Resolves once it has been told, or has ended. */
  private one(at: number, token: string): Promise<void> {
    const { hostname, port, pathname, host } = this.url
    return new Promise((resolve) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => {
        socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n\r\n`)
      })
      let head = ''
      socket.on('data', (chunk) => {
        if (this.told.has(at)) return
        head += chunk.toString('latin1')
        if (!head.includes('event: place')) return
        this.told.add(at)
        head = ''
        resolve()
      })
      const over = () => {
        this.ended.add(at)
        resolve()
      }
      socket.on('error', over)
      socket.on('close', over)
      this.sockets.push(socket)
    })
  }
}
