import type { Kernel, Pending } from '../kernel/index.js'
import { BrokerError } from './broker-error.js'
import type { PartitionLog } from './partition-log.js'

interface Transaction {
  producerId: number
  epoch: number
  state: 'empty' | 'ongoing' | 'committing' | 'aborting'
  logs: Set<PartitionLog>
  timeoutMs: number
  /** Which of the transactions of this id it is, so that a timer knows its own. */
  turn: number
  /** Ends it when it takes too long. */
  timer: Pending | null
}

export interface TransactionsOptions {
  kernel: Kernel
  /** LogAppendTime of a partition, UTC ms. */
  clock(log: PartitionLog): number
  /** Ms from the decision to the marker in one partition. */
  markerDelay(): number
  isUp(): boolean
  onMarked(log: PartitionLog): void
}

/** The transaction coordinator: producer ids and epochs by transactional id, two-phase ends, time-outs. */
export class Transactions {
  private readonly byId = new Map<string, Transaction>()
  private nextProducerId = 1_000

  constructor(private readonly options: TransactionsOptions) {}

  /** `transactionalId` absent: of an idempotent producer. */
  initProducerId(
    transactionalId: string | undefined,
    timeoutMs: number,
  ): { producerId: number; producerEpoch: number } {
    if (transactionalId === undefined) return { producerId: this.nextProducerId++, producerEpoch: 0 }
    const known = this.byId.get(transactionalId)
    if (!known) {
      const producerId = this.nextProducerId++
      const fresh = {
        producerId,
        epoch: 0,
        state: 'empty',
        logs: new Set<PartitionLog>(),
        timeoutMs,
        turn: 0,
        timer: null,
      } as const
      this.byId.set(transactionalId, { ...fresh })
      return { producerId, producerEpoch: 0 }
    }
    if (known.state === 'ongoing') {
      // Whoever had it is fenced, and what it had begun is aborted; the new one asks again until that is done.
      known.epoch += 1
      this.end(transactionalId, known, false)
      throw new BrokerError('CONCURRENT_TRANSACTIONS')
    }
    if (known.state !== 'empty') throw new BrokerError('CONCURRENT_TRANSACTIONS')
    known.epoch += 1
    known.timeoutMs = timeoutMs
    return { producerId: known.producerId, producerEpoch: known.epoch }
  }

  addPartitions(transactionalId: string, producerId: number, epoch: number, logs: PartitionLog[]): void {
    const transaction = this.valid(transactionalId, producerId, epoch)
    if (transaction.state === 'committing' || transaction.state === 'aborting')
      throw new BrokerError('CONCURRENT_TRANSACTIONS')
    if (transaction.state === 'empty') this.begin(transactionalId, transaction)
    for (const log of logs) transaction.logs.add(log)
  }

  /** A broker asks before it appends: a batch that comes late must not open the transaction again. */
  verify(transactionalId: string, producerId: number, epoch: number, log: PartitionLog): void {
    const transaction = this.valid(transactionalId, producerId, epoch)
    if (transaction.state !== 'ongoing' || !transaction.logs.has(log)) throw log.error('INVALID_TXN_STATE')
  }

  endTxn(transactionalId: string, producerId: number, epoch: number, commit: boolean): void {
    const transaction = this.valid(transactionalId, producerId, epoch)
    if (transaction.state !== 'ongoing') throw new BrokerError('INVALID_TXN_STATE')
    this.end(transactionalId, transaction, commit)
  }

  private valid(transactionalId: string, producerId: number, epoch: number): Transaction {
    const transaction = this.byId.get(transactionalId)
    if (!transaction || transaction.producerId !== producerId) throw new BrokerError('INVALID_PRODUCER_ID_MAPPING')
    if (transaction.epoch !== epoch) throw new BrokerError('INVALID_PRODUCER_EPOCH')
    return transaction
  }

  private begin(transactionalId: string, transaction: Transaction): void {
    transaction.state = 'ongoing'
    const turn = ++transaction.turn
    const expire = () => {
      if (transaction.turn !== turn || transaction.state !== 'ongoing') return
      if (!this.options.isUp()) {
        transaction.timer = this.options.kernel.after(1_000, 'transaction time-out', expire)
        return
      }
      transaction.epoch += 1
      this.options.kernel.say('kafka', () => `the transaction of ${transactionalId} took too long and is aborted`)
      this.end(transactionalId, transaction, false)
    }
    transaction.timer = this.options.kernel.after(transaction.timeoutMs, 'transaction time-out', expire)
  }

  /** From here on the outcome is settled; each partition learns it a little later. */
  private end(transactionalId: string, transaction: Transaction, commit: boolean): void {
    const { kernel, clock, markerDelay } = this.options
    const { producerId, epoch } = transaction
    transaction.state = commit ? 'committing' : 'aborting'
    if (transaction.timer) transaction.timer.cancelled = true
    transaction.timer = null
    const waiting = new Set(transaction.logs)
    transaction.logs = new Set()
    const done = () => {
      if (waiting.size > 0) return
      transaction.state = 'empty'
      transaction.turn += 1
    }
    for (const log of waiting) {
      const mark = () => {
        if (!this.options.isUp()) {
          kernel.after(500, 'marker', mark)
          return
        }
        log.mark(producerId, epoch, commit, clock(log))
        kernel.say('kafka', () => `${commit ? 'commit' : 'abort'} marker of ${transactionalId} at ${log.end - 1}`)
        waiting.delete(log)
        done()
        this.options.onMarked(log)
      }
      kernel.after(markerDelay(), 'marker', mark)
    }
    done()
  }
}
