import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import type { PeerName } from './peer-names.js'

export interface PeerServerOptions {
  /** Of the stack: its database server and Redis are the peers', in a database of their own. */
  variables: Record<string, string>
  /** mysql://root:…, for settings of the server. */
  administratorUrl: string
}

const database = 'onsale_bench_peers'

/** The peers' process, and their server's setting of durability. */
export class PeerServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly origin: string,
    private readonly administratorUrl: string,
  ) {}

  static async start({ variables, administratorUrl }: PeerServerOptions): Promise<PeerServer> {
    const app = new URL(variables.ONSALE_SQL_PRIMARY_URL as string)
    await once(app.href, `DROP DATABASE IF EXISTS ${database}`)
    await once(app.href, `CREATE DATABASE ${database}`)
    app.pathname = `/${database}`
    const child = fork(join(import.meta.dirname, 'peers-main.js'), {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        ...variables,
        ONSALE_INSTANCE: 'peers',
        ONSALE_LOG_LEVEL: 'warn',
        PEERS_SQL_URL: app.href,
        PEERS_REDIS_URL: variables.ONSALE_REDIS_URL,
      },
    })
    const origin = await new Promise<string>((resolve, reject) => {
      child.once('message', ({ url }: { url: string }) => resolve(url))
      child.once('exit', () => reject(new Error('the peers do not start')))
    })
    return new PeerServer(child, origin, administratorUrl)
  }

  get pid(): number {
    return this.child.pid as number
  }

  /** @param connections in the way's pool; Redis has one */
  urlOf(way: PeerName, connections: number): string {
    return `${this.origin}/reserve/${way}/${connections}`
  }

  async addArea(showId: string, area: string, capacity: number): Promise<void> {
    const answer = await fetch(`${this.origin}/areas`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ showId, area, capacity }),
    })
    if (!answer.ok) throw new Error(`peers: ${await answer.text()}`)
    await answer.arrayBuffer()
  }

  /** 1: a commit is on the disk when it is answered; 2: the operating system has it, and the disk within a second. */
  flushAtCommit(setting: 1 | 2): Promise<void> {
    return once(this.administratorUrl, `SET GLOBAL innodb_flush_log_at_trx_commit = ${setting}`)
  }

  async stop(): Promise<void> {
    this.child.disconnect()
    await this.flushAtCommit(1)
  }
}

async function once(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url)
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}
