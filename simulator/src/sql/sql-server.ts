import type { Endpoint, Kernel, Replies, SimProcess } from '../kernel/index.js'
import { deadlock, lockWaitTimeout } from './errors.js'
import { release, take } from './locks.js'
import { type Cell, type Row, Tables } from './tables.js'
import { Transaction } from './transaction.js'

export interface SqlFaults {
  /** Probability that a statement which takes locks is ended by a deadlock with somebody whom nobody sees. */
  deadlock: number
  /** How long a statement waits for a lock. */
  lockWaitMs: number
  /** How long a transaction may be silent that others wait for; the server then closes its connection. */
  idleMs: number
}

export const calmSql: SqlFaults = { deadlock: 0, lockWaitMs: 50_000, idleMs: 30_000 }

/** Says whether the server takes a row; null where it does, else the column that does not fit. */
export type Fits = (table: string, row: Row) => string | null

/** A statement: the rows that it locks, in order, and what it does once it has them. */
export interface Statement<Result> {
  locks: Iterable<Cell>
  run(transaction: Transaction): Result
}

/**
 * The primary. What is committed outlives its crashes; transactions under way do not, nor do those of a process that has
 * crashed. One thing at a time, so that a statement that has its locks is done at once.
 */
export class SqlServer implements Endpoint {
  readonly name = 'sql-primary'
  readonly tables = new Tables()
  up = true
  faults: SqlFaults = calmSql
  fits: Fits = () => null
  /** Called with each commit, in order. */
  onCommit: (commit: number) => void = () => {}
  /** The oldest state that somebody may still ask for. */
  oldest: () => number = () => this.tables.committed
  /** Transactions under way, and whose they are. */
  private readonly open = new Map<Transaction, SimProcess>()
  private readonly known = new WeakSet<SimProcess>()

  constructor(readonly kernel: Kernel) {}

  begin(process: SimProcess): Transaction {
    const transaction = new Transaction(this.tables)
    this.open.set(transaction, process)
    // What a process sent before it crashed arrives all the same; then its connections are seen to be closed.
    const forget = () => void this.kernel.after(1, 'connections closed', () => this.forget(process))
    if (!process.alive) forget()
    else if (!this.known.has(process)) {
      this.known.add(process)
      process.whenCrashed(forget)
    }
    return transaction
  }

  execute<Result>(transaction: Transaction, { locks, run }: Statement<Result>, replies: Replies<Result>): void {
    const { kernel, faults } = this
    if (transaction.over) return void replies.reject(transaction.over)
    transaction.heardAt = kernel.now
    const wanted = locks[Symbol.iterator]()
    let next = wanted.next()
    if (!next.done && kernel.random.chance(faults.deadlock)) return void this.fail(transaction, deadlock(), replies)
    const go = (): void => {
      transaction.waitsFor = null
      if (transaction.over) return void replies.reject(transaction.over)
      try {
        for (; !next.done; next = wanted.next()) if (!this.lock(transaction, next.value, go, replies)) return
        replies.resolve(run(transaction))
      } catch (error) {
        if ((error as { errno?: number }).errno === 1213) this.fail(transaction, error as Error, replies)
        else replies.reject(error as Error)
      }
    }
    go()
  }

  commit(transaction: Transaction): void {
    if (transaction.over) throw transaction.over
    if (transaction.writes.size > 0) this.onCommit(this.tables.commit(transaction.writes, this.oldest()))
    this.close(transaction)
  }

  rollback(transaction: Transaction): void {
    if (!transaction.over) this.close(transaction)
  }

  /** Runs a statement in a transaction of its own. */
  alone<Result>(process: SimProcess, statement: Statement<Result>, { resolve, reject }: Replies<Result>): void {
    const transaction = this.begin(process)
    this.execute(transaction, statement, {
      resolve: (result) => {
        this.commit(transaction)
        resolve(result)
      },
      reject: (error) => {
        this.rollback(transaction)
        reject(error)
      },
    })
  }

  /** Its connections are gone, and what was not committed with them. */
  crash(): void {
    this.up = false
    for (const transaction of [...this.open.keys()]) this.close(transaction)
  }

  restart(): void {
    this.up = true
  }

  /** The connections of a process that has crashed are closed. */
  private forget(process: SimProcess): void {
    for (const [transaction, owner] of [...this.open]) if (owner === process) this.close(transaction)
  }

  private lock(transaction: Transaction, cell: Cell, again: () => void, replies: Replies<never>): boolean {
    const { kernel, faults } = this
    let waited = false
    const timer = () => {
      if (transaction.waitsFor !== cell || waited) return
      waited = true
      transaction.waitsFor = null
      cell.waiting = cell.waiting?.filter((it) => it !== woken) ?? null
      replies.reject(lockWaitTimeout())
    }
    const woken = () => {
      if (waited) return
      waited = true
      pending.cancelled = true
      again()
    }
    if (take(cell, transaction, woken)) return true
    this.watch(cell.holder as Transaction)
    const pending = kernel.after(faults.lockWaitMs, 'lock wait', timer)
    return false
  }

  /** Ends the transaction once it has been silent for too long. */
  private watch(holder: Transaction): void {
    const { kernel, faults } = this
    kernel.after(holder.heardAt + faults.idleMs - kernel.now, 'idle transaction', () => {
      if (!this.open.has(holder) || holder.waitsFor || kernel.now < holder.heardAt + faults.idleMs) return
      kernel.say(this.name, () => `closes the connection of ${this.open.get(holder)?.name}, which is silent`)
      this.close(holder)
    })
  }

  private fail(transaction: Transaction, error: Error, replies: Replies<never>): void {
    this.kernel.say(this.name, () => error.message)
    this.close(transaction, error)
    replies.reject(error)
  }

  private close(transaction: Transaction, why?: Error): void {
    const waits = transaction.waitsFor
    transaction.end(why)
    this.open.delete(transaction)
    release(transaction)
    // Wakes the statement that waits, so that it is answered.
    if (waits?.waiting) for (const again of waits.waiting.splice(0)) again()
  }
}
