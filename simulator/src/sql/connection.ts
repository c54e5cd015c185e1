import { type Network, NoReplyError, type Replies, type SimProcess } from '../kernel/index.js'
import { connectionLost, connectionRefused } from './errors.js'
import type { SqlServer, Statement } from './sql-server.js'
import type { Transaction } from './transaction.js'

/** How processes come to a server. */
export interface SqlLink {
  network: Network
  server: SqlServer
  /** Share of the connections whose statements take no time at all, but for the commit: a run has more of them. 0: none. */
  instant?: number
}

/** A connection that says nothing is noticed by TCP's probes: as openPool of the platform sets them. */
const silenceMs = 20_000

/** One connection of a process, with its transaction; over at the first error of the network. */
export class Connection {
  private transaction: Transaction | null = null
  private broken = false
  private readonly instant: boolean

  constructor(
    readonly link: SqlLink,
    private readonly process: SimProcess,
  ) {
    const { instant = 0 } = link
    this.instant = instant > 0 && process.random.chance(instant)
  }

  /** Runs a statement in the connection's transaction, which begins with the first. */
  async execute<Result>(name: string, statement: Statement<Result>): Promise<Result> {
    if (this.broken) throw connectionLost()
    return this.heard(
      this.ask<Result>(name, false, (replies) => {
        const { server } = this.link
        this.transaction ??= server.begin(this.process)
        server.execute(this.transaction, statement, replies)
      }),
    )
  }

  /** Runs a statement that commits by itself. */
  async alone<Result>(name: string, statement: Statement<Result>): Promise<Result> {
    const changes = statement.locks !== none
    return this.heard(
      this.ask<Result>(name, changes, (replies) => this.link.server.alone(this.process, statement, replies)),
    )
  }

  /** An error leaves the outcome unknown. */
  async commit(): Promise<void> {
    const { transaction } = this
    if (!transaction) return
    if (this.broken) throw connectionLost()
    const { network, server } = this.link
    await this.heard(network.call(this.call('commit', true), () => server.commit(transaction)))
  }

  /** Never fails: a connection that is gone takes its transaction with it. */
  async rollback(): Promise<void> {
    const { transaction } = this
    if (!transaction || this.broken) return
    const { network, server } = this.link
    if (this.instant) server.rollback(transaction)
    else
      await this.heard(network.call(this.call('rollback', false), () => server.rollback(transaction))).catch(() => {})
  }

  private ask<Result>(name: string, changes: boolean, work: (replies: Replies<Result>) => void): Promise<Result> {
    const { network, server } = this.link
    const call = this.call(name, changes)
    const reaches = server.up && !network.isolated.has(this.process)
    return this.instant && reaches ? atOnce(this.process, work) : network.request<Result>(call, work)
  }

  private call(name: string, changes: boolean) {
    return { from: this.process, to: this.link.server, name, timeoutMs: silenceMs, changes }
  }

  private async heard<Result>(reply: Promise<Result>): Promise<Result> {
    try {
      return await reply
    } catch (error) {
      if (!(error instanceof NoReplyError)) throw error
      this.broken = true
      const { transaction } = this
      // The server notices as well.
      if (transaction)
        this.link.server.kernel.after(1, 'connection closed', () => this.link.server.rollback(transaction))
      throw error.kind === 'refused' ? connectionRefused() : connectionLost(error.message)
    }
  }
}

/** As a request that takes no time: what has to wait comes to the process in a step of its own. */
function atOnce<Result>(process: SimProcess, work: (replies: Replies<Result>) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    let now = true
    const reply = (settle: () => void) => {
      if (now) settle()
      else process.after(0, 'reply', settle)
    }
    work({ resolve: (value) => reply(() => resolve(value)), reject: (error) => reply(() => reject(error)) })
    now = false
  })
}

/** Of a statement that only reads. */
export const none: readonly never[] = []
