import { BrokerError } from './broker-error.js'

/** A record as kafkajs gives it to a consumer. Offsets and times are decimal text. */
export interface StoredMessage {
  magicByte: 2
  attributes: 0
  offset: string
  timestamp: string
  key: Buffer | null
  value: Buffer | null
  headers: Record<string, Buffer | Buffer[]>
  isControlRecord: boolean
  batchContext: { producerId: string; inTransaction: boolean }
}

export interface MessageIn {
  key?: Buffer | string | null
  value: Buffer | string | null
  headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined>
}

export interface Batch {
  producerId: number
  epoch: number
  firstSequence: number
  transactional: boolean
  messages: MessageIn[]
  /** LogAppendTime, UTC ms. */
  appendedAt: number
}

interface ProducerState {
  epoch: number
  /** The last five batches: a batch that comes again is told by its sequence numbers. */
  batches: { first: number; last: number; baseOffset: number }[]
}

interface Aborted {
  producerId: string
  first: number
  last: number
}

const keptBatches = 5
const noHeaders = {}

/** One partition: records, who appended them, and which transactions are open or were aborted. */
export class PartitionLog {
  /** First offset that is still there. */
  start = 0
  /** Leader away: nothing is read or written until another takes over. */
  leaderAway = false
  private records: StoredMessage[] = []
  /** First offset of the batch that a record belongs to. */
  private bases: number[] = []
  private readonly producers = new Map<number, ProducerState>()
  private readonly open = new Map<number, number>()
  private readonly aborted: Aborted[] = []
  private readonly changed = new Set<() => void>()

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  /** One past the last record. */
  get end(): number {
    return this.start + this.records.length
  }

  /** Where a committed read ends: before the first record of the first open transaction. */
  get lastStable(): number {
    let first = this.end
    for (const offset of this.open.values()) first = Math.min(first, offset)
    return first
  }

  /** `listener` is called after each change, until the function returned is. */
  onChange(listener: () => void): () => void {
    this.changed.add(listener)
    return () => void this.changed.delete(listener)
  }

  /** @returns the offset of the first record, and whether the batch was there before */
  append(batch: Batch): { baseOffset: number; again: boolean } {
    const { producerId, epoch, firstSequence, messages, transactional } = batch
    const lastSequence = firstSequence + messages.length - 1
    let state = this.producers.get(producerId)
    if (state && epoch < state.epoch) throw this.error('INVALID_PRODUCER_EPOCH')
    if (state && epoch > state.epoch) {
      if (firstSequence !== 0) throw this.error('OUT_OF_ORDER_SEQUENCE_NUMBER')
      state = undefined
    }
    if (state) {
      const again = state.batches.find(({ first, last }) => first === firstSequence && last === lastSequence)
      if (again) return { baseOffset: again.baseOffset, again: true }
      const previous = state.batches.at(-1)
      if (previous && firstSequence !== previous.last + 1) {
        throw this.error(lastSequence <= previous.last ? 'DUPLICATE_SEQUENCE_NUMBER' : 'OUT_OF_ORDER_SEQUENCE_NUMBER')
      }
    } else {
      state = { epoch, batches: [] }
      this.producers.set(producerId, state)
    }
    const baseOffset = this.end
    if (transactional && !this.open.has(producerId)) this.open.set(producerId, baseOffset)
    const context = { producerId: `${producerId}`, inTransaction: transactional }
    for (const message of messages) this.add(message, batch.appendedAt, context, false, baseOffset)
    state.batches.push({ first: firstSequence, last: lastSequence, baseOffset })
    if (state.batches.length > keptBatches) state.batches.shift()
    this.tell()
    return { baseOffset, again: false }
  }

  /** Ends the producer's transaction here with a control record. */
  mark(producerId: number, epoch: number, committed: boolean, appendedAt: number): void {
    const first = this.open.get(producerId)
    const key = Buffer.from([0, 0, 0, committed ? 1 : 0])
    const context = { producerId: `${producerId}`, inTransaction: true }
    this.add({ key, value: null }, appendedAt, context, true, this.end)
    if (first !== undefined) {
      this.open.delete(producerId)
      if (!committed) this.aborted.push({ producerId: `${producerId}`, first, last: this.end - 1 })
    }
    const state = this.producers.get(producerId)
    // A marker of a newer epoch fences the older one in this partition too.
    if (state && epoch > state.epoch) this.producers.set(producerId, { epoch, batches: [] })
    this.tell()
  }

  /** Records from the batch that `from` lies in, as a broker sends them. */
  read(
    from: number,
    committed: boolean,
    maxRecords: number,
  ): { messages: StoredMessage[]; abortedTransactions: { producerId: string; firstOffset: string }[] } {
    if (from < this.start || from > this.end) throw this.error('OFFSET_OUT_OF_RANGE')
    const end = committed ? this.lastStable : this.end
    if (from >= end) return { messages: [], abortedTransactions: [] }
    const first = Math.max(this.start, this.bases[from - this.start] as number)
    const to = Math.min(end, from + maxRecords)
    const messages = this.records.slice(first - this.start, to - this.start)
    const abortedTransactions = this.aborted
      .filter((one) => one.last >= first && one.first < to)
      .sort((a, b) => a.first - b.first)
      .map(({ producerId, first: at }) => ({ producerId, firstOffset: `${at}` }))
    return { messages, abortedTransactions }
  }

  /** What every committed reader will see of `from` up to `to`, without the network: for those who check. */
  *committed(from: number, to = this.lastStable): Generator<StoredMessage> {
    for (let offset = Math.max(from, this.start); offset < to; offset++) {
      const message = this.records[offset - this.start] as StoredMessage
      if (message.isControlRecord) continue
      const { producerId, inTransaction } = message.batchContext
      const gone =
        inTransaction &&
        this.aborted.some((one) => one.producerId === producerId && one.first <= offset && offset <= one.last)
      if (!gone) yield message
    }
  }

  /** The record at an offset, whatever became of it; undefined where retention has taken it or it was never there. */
  at(offset: number): StoredMessage | undefined {
    return this.records[offset - this.start]
  }

  /** Retention: what lies before `offset` is gone. */
  trim(offset: number): void {
    const gone = Math.min(offset, this.end) - this.start
    if (gone <= 0) return
    this.records = this.records.slice(gone)
    this.bases = this.bases.slice(gone)
    this.start += gone
  }

  error(type: string): BrokerError {
    return new BrokerError(type, { topic: this.topic, partition: this.partition })
  }

  private add(
    { key, value, headers }: MessageIn,
    appendedAt: number,
    batchContext: StoredMessage['batchContext'],
    isControlRecord: boolean,
    base: number,
  ): void {
    this.bases.push(base)
    this.records.push({
      magicByte: 2,
      attributes: 0,
      offset: `${this.end}`,
      timestamp: `${appendedAt}`,
      key: key === null || key === undefined ? null : bytesOf(key),
      value: value === null ? null : bytesOf(value),
      headers: headers ? headersOf(headers) : noHeaders,
      isControlRecord,
      batchContext,
    })
  }

  private tell(): void {
    for (const listener of [...this.changed]) listener()
  }
}

const bytesOf = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value)

function headersOf(headers: NonNullable<MessageIn['headers']>): StoredMessage['headers'] {
  const stored: StoredMessage['headers'] = {}
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value === undefined) continue
    stored[name] = Array.isArray(value) ? value.map(bytesOf) : bytesOf(value)
  }
  return stored
}
