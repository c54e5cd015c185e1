import type { Codec } from '@onsale/platform/codec'
import type { Kafka } from 'kafkajs'
import { Audit, type AuditResult } from './audit.js'
import type { CommandEntry, CommandLog } from './log-entry.js'
import type { PartitionAudit } from './partition-audit.js'
import { PlanShelf } from './plan-shelf.js'
import { type Extent, extentsOf, readTopic } from './read-topic.js'

export interface AuditSources {
  kafka: Kafka
  codec: Codec
  /** Prefix of the topics. */
  env: string
}

/** What the partition's recount is when it has come to a record, that record not included. */
export type BeforeRecord = (recount: PartitionAudit, at: { partition: number; offset: number }) => void

export interface LogAudit {
  audit: Audit
  result(): AuditResult
  /** Reads on, each partition up to `ends` (exclusive); `before` is asked before each record. @returns what was recounted */
  readTo(ends: ReadonlyMap<number, number>, before: BeforeRecord): Promise<ReadonlyMap<number, PartitionAudit>>
  /** Recounts once more, from the log's beginning up to `ends` (exclusive): for what stood before a record. */
  again(ends: ReadonlyMap<number, number>, before: BeforeRecord): Promise<ReadonlyMap<number, PartitionAudit>>
  /** Next offset to read of each partition of the journal. */
  readonly position: ReadonlyMap<number, number>
}

/**
 * Reads journal, commands and plans as they are at the call, and recounts them. The journal's end is taken first, so
 * that every command that it answers is within the commands that are read.
 * @throws LogUnreadableError
 */
export async function auditLog({ kafka, codec, env }: AuditSources): Promise<LogAudit> {
  const events = `${env}.reservation.events`
  const readAt = Date.now()
  const journal = await extentsOf(kafka, events)
  const { commands, ends: commandEnds } = await readCommands(kafka, `${env}.reservation.commands`)
  const shelf = await readPlans(kafka, codec, `${env}.venue.plans`)
  const begin = () =>
    new Audit(
      [...journal.keys()].map((partition) => ({
        partition,
        commands: commands.get(partition) ?? null,
        planOf: (hash) => shelf.get(hash),
        decode: async (value) => codec.decode(value),
      })),
    )
  const audit = begin()
  const read = async (into: Audit, ranges: ReadonlyMap<number, Extent>, before: BeforeRecord = () => {}) =>
    readTopic(kafka, events, ranges, async (entry) => {
      const recount = into.partitions.get(entry.partition)
      if (recount) before(recount, entry)
      await recount?.add(entry)
    })
  let position = await read(audit, journal)
  return {
    audit,
    result: () => audit.result(commandEnds, readAt),
    get position() {
      return position
    },
    async readTo(ends, before) {
      const ranges = new Map(
        [...position].map(([partition, start]) => [partition, { start, end: ends.get(partition) ?? start }]),
      )
      position = await read(audit, ranges, before)
      return audit.partitions
    },
    async again(ends, before) {
      const once = begin()
      await read(once, new Map([...ends].map(([partition, end]) => [partition, { start: 0, end }])), before)
      return once.partitions
    },
  }
}

async function readCommands(kafka: Kafka, topic: string) {
  const extents = await extentsOf(kafka, topic)
  const found = new Map<number, Map<number, CommandEntry>>()
  for (const partition of extents.keys()) found.set(partition, new Map())
  await readTopic(kafka, topic, extents, async ({ partition, offset, headers }) => {
    found.get(partition)?.set(offset, {
      id: headers.ce_id ?? null,
      commandId: headers['command-id'] ?? null,
      subject: headers.ce_subject ?? null,
    })
  })
  const commands = new Map<number, CommandLog>()
  for (const [partition, { start, end }] of extents)
    commands.set(partition, { start, end, at: (offset) => found.get(partition)?.get(offset) ?? null })
  return { commands, ends: new Map([...extents].map(([partition, { end }]) => [partition, end])) }
}

async function readPlans(kafka: Kafka, codec: Codec, topic: string): Promise<PlanShelf> {
  const shelf = new PlanShelf()
  const extents: Map<number, Extent> = await extentsOf(kafka, topic)
  await readTopic(kafka, topic, extents, async ({ value }) => {
    const { name, data } = await codec.decode(value)
    if (name === 'onsale.venue.PlanChunk') shelf.add(data as Parameters<PlanShelf['add']>[0])
  })
  return shelf
}
