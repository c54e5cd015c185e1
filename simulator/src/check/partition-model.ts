import type { Codec, DecodedValue } from '@onsale/platform/codec'
import type { PartitionLog } from '../kafka/index.js'
import { Keys } from './keys.js'
import { BrokenPromise } from './show-model.js'
import { type StoredRecord, storedCommand, storedRecord } from './stored-record.js'

/** One stream, counted from its events alone. */
export interface StreamModel {
  readonly version: number
  /** @param offset of the event, in its journal @throws BrokenPromise */
  apply(type: string, data: Record<string, unknown>, time: number, offset: number): void
}

export interface PartitionModelOptions<Stream extends StreamModel> {
  commands: PartitionLog
  events: PartitionLog
  codec: Codec
  open(streamId: string): Stream
  violate(invariant: string, detail: string): void
  /** A claim has come into force. */
  onClaim(claimId: string, owner: string): void
  onEvent?(record: StoredRecord, data: Record<string, unknown>): void
}

export interface Claim {
  offset: number
  claimId: string
}

/** A decider's clock may be a second off, and so may the broker's; a decision takes a while. */
const clockToleranceMs = 2_500
/** What comes when its time has come. */
const byTheClock = new Set(['HoldExpired', 'LobbyOpened', 'PlaceForfeited', 'AdmissionExpired'])
/** From the deadline to the answer's append: what a decider may have read just in time is appended within 5 s and a transaction. */
const lateToleranceMs = 17_500

/**
 * What a partition's journal says, read as it grows, and whether it may say that. It knows the reader rule, the order of
 * commands, the keys and the shows by code of its own.
 */
export class PartitionModel<Stream extends StreamModel = StreamModel> {
  readonly claims: Claim[] = []
  /** Records that the world itself slipped in, as if a stale owner had: they must mean nothing to anybody. */
  readonly slipped = new Set<number>()
  readonly streams = new Map<string, Stream>()
  /** Offset of the last command answered. */
  position = -1
  accepted = 0
  /** Offsets of the records that count, first answers alone, by command offset. */
  readonly answers: number[] = []
  counted = 0
  /** Ids of the commands that were answered. */
  readonly known = new Set<string>()
  private readonly keys = new Keys()
  private readonly claimed = new Set<string>()
  private read = 0
  private time = 0
  private claimId: string | null = null
  /** Records that the present answer has still to leave. */
  private awaited = 0
  private lastOffset = -1

  constructor(private readonly options: PartitionModelOptions<Stream>) {}

  /** The place in the journal up to which everything is read. */
  get readTo(): number {
    return this.read
  }

  /** Reads what has become readable. */
  catchUp(): void {
    const { events, violate } = this.options
    const end = events.lastStable
    for (const message of events.committed(this.read, end)) {
      const record = storedRecord(message)
      try {
        this.take(record)
      } catch (error) {
        if (!(error instanceof BrokenPromise)) throw error
        violate(error.invariant, `${this.where(record.offset)}: ${error.message}`)
      }
    }
    this.read = end
  }

  /** Whether the record at an offset of the journal is the first answer to a command. */
  isAnswer(offset: number, commandOffset: number): boolean {
    return this.answers[commandOffset] === offset
  }

  private take(record: StoredRecord): void {
    const { codec } = this.options
    const { type, claimId, offset } = record
    if (type === 'OwnerClaimed') {
      if (this.slipped.has(offset)) return
      this.endOfAnswer(offset)
      this.claimId = claimId
      this.claimed.add(claimId as string)
      this.claims.push({ offset, claimId: claimId as string })
      const { data } = codec.decode(record.value) as DecodedValue
      this.options.onClaim(claimId as string, (data as { owner: string }).owner)
      return
    }
    if (claimId !== this.claimId) {
      // The fence lets nothing of an earlier owner through once a later one has claimed.
      if (!this.slipped.has(offset))
        throw new BrokenPromise('fence', `${type} of claim ${claimId}, in force is ${this.claimId}`)
      return
    }
    this.counted += 1
    const { data } = codec.decode(record.value) as { data: Record<string, unknown> }
    if (record.time < this.time) throw new BrokenPromise('log-time', `${type}: time goes back to ${record.time}`)
    this.time = record.time
    if (record.commandOffset === null) this.takeTick(record)
    else this.takeAnswer(record, data, record.commandOffset)
    this.lastOffset = offset
    if (record.streamVersion !== null) this.takeEvent(record, data)
    this.options.onEvent?.(record, data)
  }

  private takeAnswer(record: StoredRecord, data: Record<string, unknown>, commandOffset: number): void {
    const { type, offset, commandRecords } = record
    if (commandOffset === this.position) {
      if (this.awaited === 0)
        throw new BrokenPromise('decided-once', `${type}: command ${commandOffset} has its records already`)
      if (offset !== this.lastOffset + 1)
        throw new BrokenPromise('answer-whole', `${type}: its answer ended at ${this.lastOffset}`)
      this.awaited -= 1
      return
    }
    this.endOfAnswer(offset)
    if (commandOffset !== this.position + 1)
      throw new BrokenPromise('decided-once', `${type} answers command ${commandOffset} after ${this.position}`)
    this.position = commandOffset
    this.answers[commandOffset] = offset
    this.awaited = (commandRecords ?? 1) - 1
    const message = this.options.commands.at(commandOffset)
    if (!message) throw new BrokenPromise('decided-once', `${type} answers command ${commandOffset}, which nobody sent`)
    const command = storedCommand(message)
    if (
      record.commandId !== command.commandId ||
      record.bodyHash !== command.bodyHash ||
      record.causationId !== command.id
    )
      throw new BrokenPromise('answer-names-command', `${type} names another command than ${commandOffset}`)
    if (record.commandId) this.known.add(record.commandId)
    this.keys.answered(record, data)
    if (type === 'CommandRejected' || type === 'CommandRepeated') return
    this.accepted += 1
    if (command.deadline !== null && record.appendedAt > command.deadline + lateToleranceMs)
      throw new BrokenPromise(
        'deadline',
        `${type}: command ${commandOffset} was carried out ${record.appendedAt - command.deadline} ms late`,
      )
    if (data.showId !== command.subject)
      throw new BrokenPromise('answer-names-command', `${type} of show ${data.showId}`)
  }

  /** What time caused: only while no command is undecided. */
  private takeTick(record: StoredRecord): void {
    this.endOfAnswer(record.offset)
    if (!byTheClock.has(record.type)) return
    const next = this.options.commands.at(this.position + 1)
    if (next && Number(next.timestamp) + clockToleranceMs < record.time)
      throw new BrokenPromise(
        'tick-order',
        `${record.type} at ${record.time}, though command ${this.position + 1} came at ${next.timestamp} and is undecided`,
      )
  }

  private takeEvent(record: StoredRecord, data: Record<string, unknown>): void {
    const showId = record.subject as string
    let stream = this.streams.get(showId)
    if (!stream) {
      stream = this.options.open(showId)
      this.streams.set(showId, stream)
    }
    if (record.streamVersion !== stream.version + 1)
      throw new BrokenPromise('version', `${record.type} has version ${record.streamVersion} after ${stream.version}`)
    if (data.showId !== showId) throw new BrokenPromise('version', `${record.type} of another show`)
    stream.apply(record.type, data, record.time, record.offset)
  }

  private endOfAnswer(offset: number): void {
    if (this.awaited === 0) return
    const missing = this.awaited
    this.awaited = 0
    throw new BrokenPromise('answer-whole', `command ${this.position} lacks ${missing} records before ${offset}`)
  }

  private where(offset: number): string {
    const { topic, partition } = this.options.events
    return `${topic}/${partition} at ${offset}`
  }
}
