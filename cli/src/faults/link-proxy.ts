import { createServer, connect as dial, type Server, type Socket } from 'node:net'

/** open; cut: refused, and what there was is reset; stalled: accepted, and nothing passes; delayed: everything comes later. */
export type LinkState = { kind: 'open' } | { kind: 'cut' } | { kind: 'stalled' } | { kind: 'delayed'; ms: number }

/** The way to one server: passes on what comes to `port`, until it is disturbed. */
export class LinkProxy {
  /** Connections that a cut has reset, chunks that came late: what a disturbance did to somebody. */
  reset = 0
  late = 0
  private state: LinkState = { kind: 'open' }
  private server: Server | null = null
  private readonly pairs = new Set<Pair>()

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly to: number,
  ) {}

  /** @throws where the port is taken */
  async open(): Promise<void> {
    if (this.server) return
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.port, '127.0.0.1', resolve)
    })
    this.server = server
  }

  async become(state: LinkState): Promise<void> {
    this.state = state
    if (state.kind === 'cut') {
      this.stopListening()
      this.reset += this.pairs.size
      for (const pair of this.pairs) pair.cut()
      return
    }
    await this.open()
    for (const pair of this.pairs) pair.follow(state)
  }

  close(): void {
    this.stopListening()
    for (const pair of this.pairs) pair.cut()
  }

  private stopListening(): void {
    this.server?.close()
    this.server = null
  }

  private accept(client: Socket): void {
    const pair = new Pair(
      client,
      () => dial({ port: this.to, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }),
      () => {
        this.late += 1
      },
    )
    this.pairs.add(pair)
    pair.onGone(() => this.pairs.delete(pair))
    pair.follow(this.state)
  }
}

/** One connection, from its client to the server and back. */
class Pair {
  private server: Socket | null = null
  private gone: () => void = () => {}
  private over = false
  private delayMs = 0
  private stalled = false

  constructor(
    private readonly client: Socket,
    private readonly reach: () => Socket,
    private readonly onLate: () => void,
  ) {
    client.on('error', () => this.cut())
    client.pause()
  }

  onGone(listener: () => void): void {
    this.gone = listener
  }

  follow(state: LinkState): void {
    if (this.over) return
    this.stalled = state.kind === 'stalled'
    this.delayMs = state.kind === 'delayed' ? state.ms : 0
    if (this.stalled) {
      this.client.pause()
      this.server?.pause()
      return
    }
    if (!this.server) this.join()
    this.client.resume()
    this.server?.resume()
  }

  cut(): void {
    if (this.over) return
    this.over = true
    this.client.resetAndDestroy()
    this.server?.resetAndDestroy()
    this.gone()
  }

  private join(): void {
    const server = this.reach()
    this.server = server
    server.on('error', () => this.cut())
    this.pass(this.client, server)
    this.pass(server, this.client)
    for (const socket of [this.client, server])
      socket.on('close', () => {
        if (this.client.destroyed && server.destroyed) {
          this.over = true
          this.gone()
        }
      })
  }

  /** In order, whatever the delay was when each part came. */
  private pass(from: Socket, to: Socket): void {
    let before: Promise<void> | null = null
    let waiting = 0
    const inTurn = (work: () => void) => {
      const ms = this.delayMs
      if (ms === 0 && before === null) return work()
      if (ms > 0) this.onLate()
      const due = performance.now() + ms
      waiting += 1
      const turn: Promise<void> = (before ?? Promise.resolve())
        .then(() => later(due - performance.now()))
        .then(() => {
          waiting -= 1
          if (waiting === 0) before = null
          if (!this.over) work()
        })
      before = turn
    }
    from.on('data', (chunk) =>
      inTurn(() => {
        if (to.write(chunk) || this.stalled) return
        from.pause()
        to.once('drain', () => {
          if (!this.stalled) from.resume()
        })
      }),
    )
    from.on('end', () => inTurn(() => to.end()))
  }
}

const later = (ms: number) => new Promise<void>((resolve) => (ms > 0 ? setTimeout(resolve, ms) : resolve()))
