import { Partition, type PartitionOptions } from '../partition/partition.js'
import type { CommandRejected, DecidedRecord, FoldableRecord } from '../partition/records.js'
import { type Rooms, roomStreams } from '../partition/rooms.js'
import type { AdmissionChange, RoomCommand, ScheduleRoom } from '../waiting-room/commands.js'
import type { RoomEvent } from '../waiting-room/events.js'
import type { RoomState } from '../waiting-room/state.js'
import { bodyHash } from './desk.js'
import { uuid } from './fixtures.js'
import { RoomLedger } from './room-ledger.js'
import { textHashes } from './text-hashes.js'

export const roomId = `3.${uuid(0x70)}`
export const seed = 'a1'.repeat(32)
export const start = 1_800_000_000_000

export const roomTerms: ScheduleRoom = {
  showId: roomId,
  commitment: textHashes.sha256(seed),
  lobbyFrom: start,
  opensAt: start + 60_000,
  ratePerMinute: 120,
  slots: 5,
  admissionMs: 10_000,
  graceMs: 20_000,
  priorityPercent: 0,
}

/** A partition of waiting rooms without Kafka, its journal, and the ledger that recounts it. */
export class RoomDesk {
  readonly partition: Partition<Rooms>
  readonly journal: FoldableRecord[] = []
  readonly ledger = new RoomLedger()
  readonly events: RoomEvent[] = []
  now = start
  private stockVersion = 0

  constructor() {
    this.partition = new Partition(this.options)
    const claim = {
      offset: 0,
      type: 'OwnerClaimed',
      data: { claimId: 'claim' },
      subject: null,
      claimId: 'claim',
      time: 0,
    }
    this.keep({ ...claim, commandId: null, commandOffset: null, bodyHash: null, streamVersion: null })
    this.partition.fold(this.journal[0]!)
  }

  get options(): PartitionOptions<Rooms> {
    return {
      partition: 3,
      streams: roomStreams(textHashes),
      dueLimit: 3,
      idempotency: { maxAccepted: 64, maxRejected: 64 },
    }
  }

  get room(): RoomState {
    return this.partition.streams.get(roomId)!.state
  }

  /** What the command was answered: the types of its events, or its reason and details. */
  ask(command: RoomCommand): string[] {
    const offset = this.partition.position + 1
    const envelope = {
      ...{ offset, appendedAt: this.now, type: command.type, data: command.data, subject: command.data.showId },
      ...{ commandId: uuid(offset), bodyHash: bodyHash(offset), callerId: 'someone', deadline: null },
    }
    for (;;) {
      const { records, answered } = this.partition.decide(envelope, this.now)
      this.take(records)
      if (answered) return records.flatMap(({ event }) => saidBy(event as { type: string; data: object }))
    }
  }

  tick(limit = 100): void {
    this.take(this.partition.tick(this.now, limit))
  }

  drawOn(limit = 100): void {
    this.take(this.partition.windDown(limit))
  }

  /** Lets time pass, deadlines and all. */
  wait(ms: number): void {
    this.now += ms
    this.tick()
  }

  schedule(terms: Partial<ScheduleRoom> = {}): this {
    this.ask({ type: 'ScheduleRoom', data: { ...roomTerms, ...terms } })
    return this
  }

  enter(customerId: string, lane = 'standard'): string[] {
    return this.ask({ type: 'EnterRoom', data: { showId: roomId, customerId, lane } })
  }

  leave(customerId: string): string[] {
    return this.ask({ type: 'LeaveRoom', data: { showId: roomId, customerId } })
  }

  /** Opened and drawn, with a controller of term 1 and stock. */
  opened(freePlaces = 100, perCustomerLimit = 4): this {
    this.now = Math.max(this.now, roomTerms.opensAt)
    this.ask({ type: 'OpenRoom', data: { showId: roomId, seed } })
    while (this.partition.nextDeadline() !== null && this.partition.nextDeadline()! <= this.now) this.tick()
    this.claim()
    this.report(freePlaces, [], perCustomerLimit)
    return this
  }

  claim(controllerId = 'controller'): string[] {
    return this.ask({ type: 'ClaimTerm', data: { showId: roomId, controllerId } })
  }

  admit(most = 100, term = this.room.term): string[] {
    return this.ask({ type: 'AdmitVisitors', data: { showId: roomId, term, most } })
  }

  report(freePlaces: number, changes: AdmissionChange[] = [], perCustomerLimit = 4): string[] {
    const fromVersion = this.stockVersion++
    const versions = { fromVersion, showVersion: this.stockVersion, showOffset: 10 * this.stockVersion }
    const data = { showId: roomId, ...versions, freePlaces, perCustomerLimit, changes }
    return this.ask({ type: 'ReportStock', data })
  }

  /** Customers in the order in which they were admitted. */
  get admitted(): string[] {
    return this.events.flatMap(({ type, data }) => (type === 'AdmissionGranted' ? [data.customerId] : []))
  }

  /** What a standby makes of the journal, having read it as bytes. */
  standby(journal = this.journal): Partition<Rooms> {
    const partition = new Partition(this.options)
    for (const record of JSON.parse(JSON.stringify(journal)) as FoldableRecord[]) partition.fold(record)
    return partition
  }

  private take(records: readonly DecidedRecord[]): void {
    if (records.length === 0) return
    this.partition.apply(records)
    const base = this.journal.length
    for (const { event, commandRecords: _, callerId: __, ...meta } of records) {
      this.keep({ ...meta, type: event.type, data: event.data, offset: this.journal.length, claimId: 'claim' })
      if (meta.streamVersion === null) continue
      this.events.push(event as RoomEvent)
      this.ledger.add(event as RoomEvent)
    }
    this.partition.committed(base)
  }

  private keep(record: FoldableRecord): void {
    this.journal.push(record)
  }
}

function saidBy({ type, data }: { type: string; data: object }): string[] {
  if (type !== 'CommandRejected') return [type]
  const { reason, details } = data as CommandRejected
  return [reason, ...details]
}
