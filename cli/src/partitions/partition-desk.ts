import type { StackConnection } from '@onsale/infra'
import { type DeciderMember, decidersIn, logEnds, topicNames } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { lastAnswered, latestClaim, openRawLog, type RawLog } from '@onsale/platform/raw-log'
import type { Kafka } from 'kafkajs'
import { openStackLog, type StackLog } from '../stack-log.js'

type Admin = ReturnType<Kafka['admin']>

export interface PartitionStatus {
  partition: number
  /** By the latest claim in the journal, which alone decides; null: nobody has claimed it yet. */
  owner: { decider: string; claimId: string; offset: number; since: number } | null
  /** To whom the group has given it; null: nobody, or the group is not settled. */
  assigned: { decider: string; host: string } | null
  standby: string[]
  /** Commands that are in the log and not decided. */
  waiting: number
  /** Where its commands and events end. */
  commands: number
  events: number
}

export interface PartitionsStatus {
  /** False: deciders are joining or leaving just now. */
  settled: boolean
  deciders: { name: string; host: string; owned: readonly number[]; standby: readonly number[] }[]
  partitions: PartitionStatus[]
}

/** How long a group may take to settle, ms. */
const patienceMs = 3_000

/** Who serves the partitions of a running stack. */
export class PartitionDesk {
  private readonly topics: ReturnType<typeof topicNames>

  private constructor(
    private readonly log: StackLog,
    private readonly admin: Admin,
    private readonly raw: RawLog,
  ) {
    this.topics = topicNames(log.env)
  }

  static async open(connection: StackConnection): Promise<PartitionDesk> {
    const log = await openStackLog(connection, 'partitions')
    const admin = log.kafka.admin()
    await admin.connect()
    return new PartitionDesk(log, admin, openRawLog({ admin, clientId: 'partitions', timers: systemTimers }))
  }

  async close(): Promise<void> {
    await this.raw.close()
    await this.admin.disconnect()
  }

  async status(): Promise<PartitionsStatus> {
    const [commands, events] = [
      await logEnds(this.admin, this.topics.commands),
      await logEnds(this.admin, this.topics.events),
    ]
    const numbers = [...commands.keys()].sort((a, b) => a - b)
    const members = await this.members(numbers)
    const partitions = await Promise.all(
      numbers.map(async (partition): Promise<PartitionStatus> => {
        const of = { topic: this.topics.events, partition }
        const assigned = members?.find(({ owned }) => owned.includes(partition))
        const end = commands.get(partition)?.end ?? 0
        const known = events.has(partition)
        return {
          partition,
          owner: known ? await this.owner(partition) : null,
          assigned: assigned ? { decider: assigned.name, host: assigned.host } : null,
          standby: (members ?? []).filter(({ standby }) => standby.includes(partition)).map(({ name }) => name),
          waiting: Math.max(0, end - 1 - (known ? await lastAnswered(this.raw, of) : -1)),
          commands: end,
          events: events.get(partition)?.end ?? 0,
        }
      }),
    )
    return {
      settled: members !== null,
      deciders: (members ?? [])
        .map(({ name, host, owned, standby }) => ({ name, host, owned, standby }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      partitions,
    }
  }

  private async owner(partition: number): Promise<PartitionStatus['owner']> {
    const claim = await latestClaim(this.raw, { topic: this.topics.events, partition })
    if (!claim) return null
    const { data } = await this.log.codec.decode(claim.value)
    const { claimId, offset, appendedAt } = claim
    return { decider: (data as { owner: string }).owner, claimId, offset, since: appendedAt }
  }

  private async members(partitions: readonly number[]): Promise<DeciderMember[] | null> {
    for (let leftMs = patienceMs; ; leftMs -= 100) {
      const [group] = (await this.admin.describeGroups([`${this.log.env}.deciders`])).groups
      const members = group ? decidersIn(group, this.topics.commands, partitions) : []
      if (members || leftMs <= 0) return members
      await systemTimers.sleep(100)
    }
  }
}
