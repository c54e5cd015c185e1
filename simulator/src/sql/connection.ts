import { type Network, NoReplyError, type SimProcess } from '../kernel/index.js'
import { connectionLost, connectionRefused } from './errors.js'
import type { SqlServer, Statement } from './sql-server.js'
import type { Transaction } from './transaction.js'

/** How processes come to a server. */
export interface SqlLink {
  network: Network
  server: SqlServer
}

/** A connection that says nothing is noticed by TCP's probes: as openPool of the platform sets them. */
const silenceMs = 20_000

/** One connection of a process, with its transaction; over at the first error of the network. */
export class Connection {
  private transaction: Transaction | null = null
  private broken = false

  constructor(
    readonly link: SqlLink,
    private readonly process: SimProcess,
  ) {}

  /** Runs a statement in the connection's transaction, which begins with the first. */
  async execute<Result>(name: string, statement: Statement<Result>): Promise<Result> {
    if (this.broken) throw connectionLost()
    const { network, server } = this.link
    return this.heard(
      network.request<Result>(this.call(name, false), (replies) => {
        this.transaction ??= server.begin(this.process)
        server.execute(this.transaction, statement, replies)
      }),
    )
  }

  /** Runs a statement that commits by itself. */
  async alone<Result>(name: string, statement: Statement<Result>): Promise<Result> {
    const { network, server } = this.link
    const changes = statement.locks !== none
    return this.heard(
      network.request<Result>(this.call(name, changes), (replies) => server.alone(this.process, statement, replies)),
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
    await this.heard(network.call(this.call('rollback', false), () => server.rollback(transaction))).catch(() => {})
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

/** Of a statement that only reads. */
export const none: readonly never[] = []
