import { createServer, type Server } from 'node:net'

/** Sockets that listen at one address, beside the server's own. */
export interface AcceptLanes {
  /** Accepts nothing more, and resolves when the connections are over; the server that has them is to be closed meanwhile. */
  close(): Promise<void>
}

/**
 * More listening sockets for a server that listens with `reusePort`: what they accept goes to it. Node accepts one connection a turn of
 * its event loop and socket, and under load a turn is long: a rush of new connections would wait for many turns while the requests of
 * those that have one are served.
 */
export async function openAcceptLanes(
  server: { emit(event: 'connection', socket: unknown): boolean },
  { host, port, lanes = 7 }: { host: string; port: number; lanes?: number },
): Promise<AcceptLanes> {
  const opened: Server[] = []
  for (let lane = 0; lane < lanes; lane += 1) {
    // As http's own server opens its sockets.
    const extra = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket))
    await new Promise<void>((resolve, reject) => {
      extra.once('error', reject)
      extra.listen({ host, port, reusePort: true }, resolve)
    })
    opened.push(extra)
  }
  return {
    async close() {
      await Promise.all(opened.map((lane) => new Promise((resolve) => lane.close(resolve))))
    },
  }
}
