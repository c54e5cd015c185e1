import { type IdempotencyBounds, IdempotencyTable, packKey } from '../idempotency/idempotency.js'
import type { PackedKey } from '../idempotency/key-ring.js'
import { partitionOf } from '../ids.js'
import { AnsweredKeys, outcomeOf } from './answered-keys.js'
import { accepts, falls, refuses, repeats } from './answers.js'
import { latestExecution, readCommand, type SoundCommand } from './judge.js'
import type { CommandEnvelope, DecidedRecord, FoldableRecord, JournalEvent } from './records.js'
import { type PartitionState, type SnapshotPart, snapshotParts } from './snapshot.js'
import type { DomainEvent, Streams, StreamsKind } from './streams.js'

export interface PartitionOptions<Held extends Streams = Streams> {
  partition: number
  /** What it decides about: `showStreams`, `roomStreams`. */
  streams: StreamsKind<Held>
  idempotency?: IdempotencyBounds
  /** Most deadlines decided in one step before a command. Default 500. */
  dueLimit?: number
}

export interface Decided {
  /** Never empty. To be appended in this order, those of one answer in the same batch. */
  records: DecidedRecord[]
  /** False where deadlines of its stream come before the command: apply these, then decide it again. */
  answered: boolean
}

/** A record of the journal that can't follow those before it: fold no further. */
export class JournalContradictionError extends Error {
  override readonly name = 'JournalContradictionError'
}

/**
 * The pure part of a partition's owner: everything that follows from the journal, and what to append next. Two ways lead to
 * the same state:
 *
 * - catching up, or following as a standby: `fold` each counting record in order;
 * - serving: for each command in order `decide`, `apply`, and again until it is answered; append what was given in one batch;
 *   then `committed(offset of the first)`. Commands decided later in the batch see the earlier ones. Where
 *   `needsFlushBefore(command)`, append and commit first. While no command waits: `tick`, `apply`, and so on.
 *
 * `decide` and `tick` change nothing. What was applied can't be taken back: when an append fails, or its fate is unknown, throw
 * the object away and fold a new one. A throw of `apply` or `fold` leaves the state as it was before that record.
 */
export class Partition<Held extends Streams = Streams> {
  readonly partition: number
  readonly streams: Held
  private readonly dueLimit: number
  private readonly keys: AnsweredKeys
  private applied = 0
  private lastCommand: number
  private lastOffset: number
  private time: number
  private claim: string | null

  /** At the journal's beginning, or where a snapshot was taken (see PartitionRestore). */
  constructor(options: PartitionOptions<Held>, at: PartitionState<Held> = beginning(options)) {
    this.partition = options.partition
    this.dueLimit = options.dueLimit ?? 500
    this.streams = at.streams
    this.keys = new AnsweredKeys(at.keys)
    this.lastCommand = at.position
    this.lastOffset = at.journalOffset
    this.time = at.logTime
    this.claim = at.claimId
  }

  /** Offset of the last command decided, -1 before the first. The next must be exactly one more. */
  get position(): number {
    return this.lastCommand
  }

  /** Offset in the journal of the last record folded or committed, -1 before the first. */
  get journalOffset(): number {
    return this.lastOffset
  }

  /** UTC ms, never going back; 0 before the first record. */
  get logTime(): number {
    return this.time
  }

  /** Of the last OwnerClaimed folded. */
  get claimId(): string | null {
    return this.claim
  }

  /** Records applied since the last commit. */
  get uncommitted(): number {
    return this.applied
  }

  /** For metrics. */
  get idempotency(): Pick<IdempotencyTable, 'size' | 'evictions' | 'bytes'> {
    return this.keys.table
  }

  /**
   * True where the command has the key of one that was applied and not committed: its answer would have to name an offset
   * that is not known yet.
   */
  needsFlushBefore({ commandId, bodyHash }: Pick<CommandEnvelope, 'commandId' | 'bodyHash'>): boolean {
    const key = commandId !== null && bodyHash !== null ? packKey(commandId, bodyHash) : null
    return key !== null && this.keys.waits(key)
  }

  /**
   * The hash of a plan that must be looked for before the record is folded or the command decided; null where nothing is
   * missing. A command that is decided without the plan that it names is refused, an event folded without it throws.
   */
  missingPlan({ type, data }: Pick<CommandEnvelope, 'type' | 'data'>): string | null {
    return this.streams.missingPlan(type, data)
  }

  /** `wallNow` (UTC ms) is compared with the command's deadline alone. Throws where it is not the next command, or `needsFlushBefore`. */
  decide(envelope: CommandEnvelope, wallNow: number): Decided {
    if (envelope.offset !== this.lastCommand + 1) {
      throw new Error(
        `the next command of partition ${this.partition} is ${this.lastCommand + 1}, not ${envelope.offset}`,
      )
    }
    if (this.needsFlushBefore(envelope))
      throw new Error(`command ${envelope.offset} repeats one that is not committed yet`)
    const now = Math.max(this.time, envelope.appendedAt)
    const command = readCommand(envelope, this.streams)
    if ('malformed' in command) return answered(refuses(envelope, now, 'malformed', [command.malformed], false))
    if (partitionOf(command.subject) !== this.partition) {
      return answered(refuses(command, now, 'wrong-partition', [`${this.partition}`], false))
    }
    if (this.keys.waits(command.key)) {
      throw new Error(`command ${envelope.offset} repeats one that is not committed yet`)
    }
    const known = this.keys.lookup(command.key, now)
    switch (known.kind) {
      case 'repeated':
        return answered(repeats(command, now, known.firstOffset))
      case 'key-reused':
        return answered(refuses(command, now, 'idempotency-key-reused', [], false))
      case 'fresh':
        if (wallNow > latestExecution(command)) return answered(refuses(command, now, 'deadline-passed', [], false))
        return this.decideFresh(command, now)
    }
  }

  /**
   * Deadlines that have come, `limit` records at most, the stream with the earliest first; empty where there are none. Only
   * while no command is undecided: then log time is at least `wallNow` (UTC ms).
   */
  tick(wallNow: number, limit: number): DecidedRecord[] {
    return this.streams.due(Math.max(this.time, wallNow), limit)
  }

  /**
   * What is left over (reservations of cancelled shows, places to draw), `limit` records at most; empty where nothing is. At any
   * time, for it needs no clock: after each batch of commands, so that a busy partition does not keep it waiting for a `tick`.
   */
  windDown(limit: number): DecidedRecord[] {
    return this.streams.leftOver(this.time, limit)
  }

  /** When time next causes an event of any stream, UTC ms; null: never. */
  nextDeadline(): number | null {
    return this.streams.nextDeadline()
  }

  /** Takes records that `decide` or `tick` has just given into the state, before they are appended. */
  apply(records: readonly DecidedRecord[]): void {
    for (const record of records) this.take(record.event, record)
  }

  /** What was applied since the last commit lies in the journal, from `baseOffset` on, without gaps. */
  committed(baseOffset: number): void {
    if (this.applied === 0) return
    if (baseOffset <= this.lastOffset)
      throw new Error(`committed at ${baseOffset}, but ${this.lastOffset} was there before`)
    this.keys.committed(baseOffset)
    this.lastOffset = baseOffset + this.applied - 1
    this.applied = 0
  }

  /**
   * Takes a counting record of the journal. False where it (by its offset) was folded or committed before: records may be
   * handed in again. Throws JournalContradictionError or ContradictionError on a record that can't follow, or of a type that
   * this code does not know.
   */
  fold(record: FoldableRecord): boolean {
    if (record.offset <= this.lastOffset) return false
    if (this.applied > 0) throw new Error('a record was folded while others are applied and not committed')
    if (record.type === 'OwnerClaimed') {
      this.claim = (record.data as { claimId: string }).claimId
      this.lastOffset = record.offset
      return true
    }
    if (record.claimId !== this.claim) throw this.contradiction(record, `claim ${record.claimId} is not in force`)
    this.take({ type: record.type, data: record.data } as JournalEvent, record)
    this.committed(record.offset)
    return true
  }

  /** All of the state as plain data: two partitions are equal where this is. Only when everything applied is committed. */
  describe() {
    if (this.applied > 0) throw new Error('what is not committed is not final')
    return {
      partition: this.partition,
      position: this.lastCommand,
      journalOffset: this.lastOffset,
      logTime: this.time,
      claimId: this.claim,
      streams: this.streams.describe(),
      idempotency: this.keys.table.describe(),
    }
  }

  /**
   * All of the state in parts that can be stored, in one canonical order: two partitions that folded the same journal give the same
   * parts, whichever way. They are of the state as it is at this call, however it changes while they are taken.
   */
  snapshot(): Iterable<SnapshotPart> {
    if (this.applied > 0) throw new Error('what is not committed is not final')
    return snapshotParts(this.partition, {
      streams: this.streams,
      keys: this.keys.table,
      position: this.lastCommand,
      journalOffset: this.lastOffset,
      logTime: this.time,
      claimId: this.claim,
    })
  }

  private decideFresh(command: SoundCommand, now: number): Decided {
    const version = this.streams.versionOf(command.subject)
    const due = this.streams.dueBefore(command.subject, now, this.dueLimit)
    if (due.length > 0) return { records: falls(command.subject, now, due, version), answered: false }
    const decision = this.streams.decide(command.command, now)
    if (decision.ok) return answered(accepts(command, now, decision.events, version))
    return answered(refuses(command, now, decision.rejection.reason, decision.rejection.details, true))
  }

  /** The one step of both ways. Everything that can be wrong is looked at before anything is changed. */
  private take(event: JournalEvent, meta: Meta): void {
    if (meta.time < this.time) throw this.contradiction(meta, `its time ${meta.time} is before ${this.time}`)
    const first = meta.commandOffset !== null && meta.commandOffset !== this.lastCommand
    if (first && meta.commandOffset !== this.lastCommand + 1) {
      throw this.contradiction(
        meta,
        `it answers command ${meta.commandOffset}, the last one answered was ${this.lastCommand}`,
      )
    }
    const outcome = first ? outcomeOf(event) : null
    const key = outcome ? this.keyOf(meta) : null
    if (this.streams.isEvent(event)) this.takeEvent(event, meta)
    else if (event.type !== 'CommandRejected' && event.type !== 'CommandRepeated') {
      throw this.contradiction(meta, `this code does not know the type ${(event as JournalEvent).type}`)
    }
    if (outcome && key) this.keys.answered({ key, outcome, at: this.applied, time: meta.time })
    if (meta.commandOffset !== null) this.lastCommand = meta.commandOffset
    this.time = meta.time
    this.applied++
  }

  private takeEvent(event: DomainEvent, meta: Meta): void {
    const { showId } = event.data
    if (meta.subject !== showId) throw this.contradiction(meta, `${event.type} of show ${showId}`)
    const version = this.streams.versionOf(showId) + 1
    if (meta.streamVersion !== version) {
      throw this.contradiction(meta, `${event.type} has version ${meta.streamVersion}, due is ${version}`)
    }
    this.streams.take(event)
  }

  private keyOf(meta: Meta): PackedKey {
    const key = meta.commandId !== null && meta.bodyHash !== null && packKey(meta.commandId, meta.bodyHash)
    if (!key) throw this.contradiction(meta, `command ${meta.commandOffset} is answered without its id and body hash`)
    return key
  }

  private contradiction(meta: Meta & { offset?: number }, what: string): JournalContradictionError {
    const where = meta.offset === undefined ? 'not appended yet' : `offset ${meta.offset}`
    return new JournalContradictionError(`partition ${this.partition}, stream ${meta.subject}, ${where}: ${what}`)
  }
}

type Meta = Pick<DecidedRecord, 'subject' | 'streamVersion' | 'time' | 'commandOffset' | 'commandId' | 'bodyHash'>

function beginning<Held extends Streams>({ idempotency, streams }: PartitionOptions<Held>): PartitionState<Held> {
  const keys = new IdempotencyTable(idempotency)
  return { streams: streams.open(), keys, position: -1, journalOffset: -1, logTime: 0, claimId: null }
}

function answered(records: DecidedRecord[]): Decided {
  return { records, answered: true }
}
