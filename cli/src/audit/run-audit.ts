import type { Codec } from '@onsale/platform/codec'
import type { Kafka } from 'kafkajs'
import { Audit, type AuditResult, type CommandEnds } from './audit.js'
import type { CommandEntry, CommandLog } from './log-entry.js'
import type { PartitionAudit, PartitionSources } from './partition-audit.js'
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
 * Reads journals, commands and plans as they are at the call, and recounts them. The ends are taken in such an order that whatever a
 * record refers to is within what is read: the shows' admissions in the rooms' journal, the rooms' stock in the shows' journal, and the
 * commands that both answer.
 * @throws LogUnreadableError
 */
export async function auditLog({ kafka, codec, env }: AuditSources): Promise<LogAudit> {
  const readAt = Date.now()
  const cited = await extentsOf(kafka, `${env}.reservation.events`)
  const rooms = await extentsOf(kafka, `${env}.queue.events`)
  const events = `${env}.reservation.events`
  const shows = await extentsOf(kafka, events)
  const ofShows = await readCommands(kafka, `${env}.reservation.commands`)
  const ofRooms = await readCommands(kafka, `${env}.queue.commands`)
  const commandEnds: CommandEnds = { reservation: ofShows.ends, queue: ofRooms.ends }
  const shelf = await readPlans(kafka, codec, `${env}.venue.plans`)
  const sources = (of: ReadonlyMap<number, Extent>, commands: ReadonlyMap<number, CommandLog>) =>
    [...of.keys()].map(
      (partition): PartitionSources => ({
        partition,
        commands: commands.get(partition) ?? null,
        planOf: (hash) => shelf.get(hash),
        decode: async (value) => codec.decode(value),
      }),
    )
  const begin = () =>
    new Audit({
      reservation: sources(shows, ofShows.commands),
      queue: sources(rooms, ofRooms.commands),
      citedBefore: new Map([...cited].map(([partition, { end }]) => [partition, end])),
    })
  const audit = begin()
  const read = async (into: Audit, ranges: ReadonlyMap<number, Extent>, before: BeforeRecord = () => {}) =>
    readTopic(kafka, events, ranges, async (entry) => {
      const recount = into.partitions.get(entry.partition)
      if (recount) before(recount, entry)
      await recount?.add(entry)
    })
  let position = await read(audit, shows)
  await readTopic(kafka, `${env}.queue.events`, rooms, async (entry) => {
    // What came after the ends were taken may answer commands that came after theirs were.
    if (entry.offset < (rooms.get(entry.partition)?.end ?? 0)) await audit.rooms.get(entry.partition)?.add(entry)
  })
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
