import { ownKey } from '@onsale/platform/redis-views'
import type { Checkpoint, CheckpointId } from '../runtime/checkpoint.js'
import type { Parked, Stop } from '../runtime/fold.js'
import type { ChangeBatch } from '../runtime/index.js'
import {
  OvertakenError,
  type ParkedPlace,
  RowMissingError,
  type StoreTransaction,
  type StreamVersions,
} from '../runtime/store.js'
import { type Command, encodeBatch, ScriptCall } from './encode-batch.js'
import { KeyBatch } from './key-batch.js'
import { type ParkedEntry, type ParkedEvent, parkedKey } from './parked-entries.js'
import type { RedisStore } from './redis-store.js'

const longestDetail = 1_000

/** Gathers what is to be done; the commit does it, if the checkpoint is still where it was. */
export class RedisTransaction implements StoreTransaction {
  private move: { id: CheckpointId; from: Checkpoint; to: Checkpoint; now: number } | null = null
  private batch: KeyBatch | null = null
  private readonly commands: Command[] = []

  constructor(private readonly store: RedisStore) {}

  async moveCheckpoint(id: CheckpointId, from: Checkpoint, to: Checkpoint, now: number): Promise<boolean> {
    this.move = { id, from, to, now }
    return true
  }

  async renewCheckpoint(id: CheckpointId, now: number): Promise<void> {
    const from = await this.store.checkpoint(id, now)
    this.move = { id, from, to: { ...from, epoch: from.epoch + 1 }, now }
  }

  raiseCheckpoint(): Promise<void> {
    throw new Error('a checkpoint in redis is only ever moved')
  }

  async writeRows(_: CheckpointId, changes: ChangeBatch): Promise<void> {
    if (!(changes instanceof KeyBatch)) throw new Error('redis takes changes of keys')
    this.batch = changes
  }

  async saveStreamVersions(_: CheckpointId, versions: ReadonlyMap<string, number>): Promise<void> {
    if (versions.size === 0) return
    this.commands.push({ name: 'HSET', key: ownKey.streams, args: [...versions].flat() })
    this.commands.push({ name: 'HDEL', key: ownKey.follow, args: [...versions.keys()] })
  }

  async park(_: CheckpointId, parked: readonly Parked[], now: number): Promise<void> {
    for (const { stream, stop, offset, claimId, streamVersion, name } of parked) {
      if (stop) this.setEntry(stream, { ...entryOf(stop), parkedAt: now, attempts: 0, ...notAsked })
      const event: ParkedEvent = { offset, claimId, streamVersion, name, parkedAt: now }
      this.commands.push({ name: 'ZADD', key: parkedKey(stream), args: [offset, JSON.stringify(event)] })
      this.commands.push({ name: 'SADD', key: ownKey.keys, args: [parkedKey(stream)] })
    }
  }

  streamVersions(id: CheckpointId, streams: readonly string[]): Promise<StreamVersions> {
    return this.store.streamVersions(id, streams)
  }

  parkedPlaces(id: CheckpointId, stream: string, most: number): Promise<ParkedPlace[]> {
    return this.store.parkedPlaces(id, stream, most)
  }

  async isRedriveWanted(id: CheckpointId, stream: string): Promise<boolean> {
    const entry = await this.store.parkedEntry(id, stream)
    return entry !== null && entry.redriveAt !== null
  }

  async parkAgain(id: CheckpointId, stream: string, stop: Stop): Promise<void> {
    const entry = await this.store.parkedEntry(id, stream)
    if (entry) this.setEntry(stream, { ...entry, ...entryOf(stop), attempts: entry.attempts + 1, ...notAsked })
  }

  async parkedFrom(id: CheckpointId, stream: string, firstOffset: number): Promise<void> {
    const entry = await this.store.parkedEntry(id, stream)
    if (entry) this.setEntry(stream, { ...entry, firstOffset })
  }

  async unparkEvents(_: CheckpointId, stream: string, before: number): Promise<void> {
    this.commands.push({ name: 'ZREMUPTO', key: parkedKey(stream), args: [`(${before}`] })
  }

  async unparkStream(_: CheckpointId, stream: string): Promise<void> {
    this.commands.push({ name: 'HDEL', key: ownKey.parked, args: [stream] })
    this.commands.push({ name: 'DEL', key: parkedKey(stream), args: [] })
    this.commands.push({ name: 'SREM', key: ownKey.keys, args: [parkedKey(stream)] })
  }

  /** @throws OvertakenError, RowMissingError */
  async commit(): Promise<void> {
    if (!this.move) return
    const { id, from, to, now } = this.move
    const call = new ScriptCall(this.store.prefixOf(id), [ownKey.checkpoint, ownKey.hold, ownKey.keys])
    if (this.batch) {
      encodeBatch(this.batch, ownKey.keys, call)
      if (this.batch.notes.size > 0) call.add({ name: 'HSET', key: ownKey.notes, args: [...this.batch.notes].flat() })
    }
    for (const command of this.commands) call.add(command)
    call.add({
      name: 'HSET',
      key: ownKey.checkpoint,
      args: [
        ...['next', to.nextOffset, 'claim', to.claimId ?? '', 'command', to.commandOffset ?? ''],
        ...['epoch', to.epoch, 'at', now],
      ],
    })
    const guard = [from.nextOffset, from.claimId ?? '', from.epoch]
    const [outcome, detail = ''] = await this.store.apply(call.keys, call.args(guard))
    if (outcome === 'ok') return
    if (outcome === 'gone' || outcome === 'moved') throw new OvertakenError()
    if (outcome === 'missing') throw new RowMissingError('redis', [[detail]])
    throw new Error(detail)
  }

  private setEntry(stream: string, entry: ParkedEntry): void {
    this.commands.push({ name: 'HSET', key: ownKey.parked, args: [stream, JSON.stringify(entry)] })
  }
}

const notAsked = { redriveAt: null, redriveBy: null }
const entryOf = ({ offset, reason, detail, missing }: Stop) => ({
  firstOffset: offset,
  reason,
  detail: detail.slice(0, longestDetail),
  missing,
})
