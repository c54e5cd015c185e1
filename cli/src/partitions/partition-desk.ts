import { type Growth, grow, growthOf, type Stack } from '@onsale/infra'
import {
  type ContextTopics,
  type DeciderMember,
  decidersIn,
  logEnds,
  type PlacementChange,
  PlacementWatch,
  topicNames,
} from '@onsale/platform/log'
import { systemClock, systemTimers } from '@onsale/platform/ports'
import { lastAnswered, latestClaim, openRawLog, type RawLog } from '@onsale/platform/raw-log'
import type { Kafka } from 'kafkajs'
import { CommandError } from '../command.js'
import { openStackLog, type StackLog } from '../stack-log.js'
import { type Behind, standbyBehind } from './standby-behind.js'

type Admin = ReturnType<Kafka['admin']>

/** Shows, and waiting rooms. */
export type Context = 'reservation' | 'queue'

export interface PartitionStatus {
  context: Context
  partition: number
  /** By the latest claim in the journal, which alone decides; null: nobody has claimed it yet. */
  owner: { decider: string; claimId: string; offset: number; since: number } | null
  /** To whom the group has given it; null: nobody, or the group is not settled. */
  assigned: { decider: string; host: string } | null
  /** Who follows its journal, and how many records behind; null: it does not say. */
  standby: { decider: string; behind: number | null }[]
  /** Where an operator wants it; null: nowhere in particular. */
  placed: string | null
  /** Commands that are in the log and not decided. */
  waiting: number
  /** Where its commands and events end. */
  commands: number
  events: number
}

export interface PartitionsStatus {
  /** False: deciders are joining or leaving just now. */
  settled: boolean
  deciders: { context: Context; name: string; host: string; owned: readonly number[]; standby: readonly number[] }[]
  /** Those that operators keep out of the group. */
  drained: { name: string; by: string; since: number }[]
  /** Where shows that are scheduled now go; null: anywhere. */
  newShows: readonly number[] | null
  partitions: PartitionStatus[]
}

export interface Moved {
  context: Context
  partition: number
  from: string | null
  to: string
  /** From the decision to the claim. */
  ms: number
}

interface OneContext {
  context: Context
  topics: ContextTopics
  groupId: string
}

const named = (deciders: readonly { name: string }[]): string =>
  [...new Set(deciders.map(({ name }) => name))].join(', ') || 'none'
/** A decider that is to get a partition follows it first, if it does not yet. */
const movePatienceMs = 60_000
/** How long a group may take to settle, ms. */
const patienceMs = 3_000

/** Who serves the partitions of a running stack. */
export class PartitionDesk {
  private readonly topics: ReturnType<typeof topicNames>

  private constructor(
    private readonly log: StackLog,
    private readonly admin: Admin,
    private readonly raw: RawLog,
    private readonly placement: PlacementWatch,
    private readonly behind: () => Promise<Behind>,
  ) {
    this.topics = topicNames(log.env)
  }

  static async open(stack: Stack): Promise<PartitionDesk> {
    const log = await openStackLog(stack.connection, 'partitions')
    const admin = log.kafka.admin()
    await admin.connect()
    const placement = new PlacementWatch({ ...log, topic: topicNames(log.env).placement })
    await placement.start()
    const raw = openRawLog({ admin, clientId: 'partitions', timers: systemTimers })
    return new PartitionDesk(log, admin, raw, placement, () => standbyBehind(stack))
  }

  async close(): Promise<void> {
    await Promise.all([this.raw.close(), this.placement.stop()])
    await this.admin.disconnect()
  }

  async status(): Promise<PartitionsStatus> {
    const behind = await this.behind()
    const all = await Promise.all(this.contexts.map((one) => this.statusOf(one, behind)))
    const { drained, newShows } = this.placement.current
    return {
      settled: all.every(({ members }) => members !== null),
      deciders: all
        .flatMap(({ context, members }) =>
          (members ?? []).map(({ name, host, owned, standby }) => ({ context, name, host, owned, standby })),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      drained: [...drained].map(([name, { by, at }]) => ({ name, by, since: at })),
      newShows: newShows?.partitions ?? null,
      partitions: all.flatMap(({ partitions }) => partitions),
    }
  }

  private async statusOf({ context, topics, groupId }: OneContext, behind: Behind) {
    const commands = await logEnds(this.admin, topics.commands)
    const events = await logEnds(this.admin, topics.events)
    const numbers = [...commands.keys()].sort((a, b) => a - b)
    const members = await this.members(groupId, topics.commands, numbers)
    const partitions = await Promise.all(
      numbers.map(async (partition): Promise<PartitionStatus> => {
        const assigned = members?.find(({ owned }) => owned.includes(partition))
        const end = commands.get(partition)?.end ?? 0
        const known = events.has(partition)
        const answered = known ? await lastAnswered(this.raw, { topic: topics.events, partition }) : -1
        return {
          ...{ context, partition },
          owner: known ? await this.owner(context, partition) : null,
          assigned: assigned ? { decider: assigned.name, host: assigned.host } : null,
          standby: (members ?? [])
            .filter(({ standby }) => standby.includes(partition))
            .map(({ name }) => ({ decider: name, behind: behind.get(name)?.get(`${context}/${partition}`) ?? null })),
          placed: this.placement.current.placed.get(partition)?.to ?? null,
          waiting: Math.max(0, end - 1 - answered),
          commands: end,
          events: events.get(partition)?.end ?? 0,
        }
      }),
    )
    return { context, members, partitions }
  }

  /** All partitions of a decider go to others, and it stays out of the group. @returns those that changed hands */
  async drain(decider: string, by: string): Promise<Moved[]> {
    const { settled, deciders, drained, partitions } = await this.status()
    if (!settled) throw new CommandError('deciders are joining or leaving just now: try again', 2)
    const member = deciders.find(({ name }) => name === decider)
    if (!member) {
      if (drained.some(({ name }) => name === decider)) throw new CommandError(`${decider} is drained already`, 2)
      throw new CommandError(`there is no decider ${decider}; there are ${named(deciders)}`, 2)
    }
    const alone = deciders
      .filter(({ name }) => name === decider)
      .some(({ context }) => deciders.filter((it) => it.context === context).length === 1)
    if (alone) throw new CommandError(`${decider} is the only decider: nobody would serve`, 2)
    const before = partitions.filter(({ owner }) => owner?.decider === decider)
    await this.decide({ about: 'decider', decider, undo: false }, by)
    return this.moved(before, (owner) => owner !== decider)
  }

  async undrain(decider: string, by: string): Promise<void> {
    if (!this.placement.current.drained.has(decider)) throw new CommandError(`${decider} is not drained`, 2)
    await this.decide({ about: 'decider', decider, undo: true }, by)
  }

  /** The partition goes to the decider, and comes back to it whenever it is there; null: wherever it is. */
  async move(partition: number, to: string | null, by: string): Promise<Moved[]> {
    const { deciders, drained, partitions } = await this.status()
    const found = partitions.filter((it) => it.partition === partition)
    const [first] = found
    const most = Math.max(...partitions.map((it) => it.partition))
    if (!first) throw new CommandError(`there is no partition ${partition}; there are 0 to ${most}`, 2)
    const contexts = deciders.filter(({ name }) => name === to).map(({ context }) => context)
    if (to !== null && contexts.length === 0) {
      const why = drained.some(({ name }) => name === to) ? `${to} is drained` : `there is no decider ${to}`
      throw new CommandError(`${why}; there are ${named(deciders)}`, 2)
    }
    if (to === null && first.placed === null) throw new CommandError(`partition ${partition} is anywhere already`, 2)
    await this.decide({ about: 'partition', partition, to }, by)
    const going = found.filter(({ context, owner }) => contexts.includes(context) && owner?.decider !== to)
    return this.moved(going, (owner) => owner === to)
  }

  /** @returns what adding partitions up to so many means: what grows, and where new shows go from then on */
  async growth(to: number): Promise<{ growth: Growth[]; newShows: number[] }> {
    const growth = await growthOf(this.admin, this.log.env, to)
    const most = Math.max(...growth.map(({ from }) => from))
    if (to < most)
      throw new CommandError(
        `there are ${most} partitions: there can be more, never fewer (a show stays in its own)`,
        2,
      )
    const ends = await logEnds(this.admin, this.topics.commands)
    const newShows = Array.from({ length: to }, (_, it) => it).filter((it) => (ends.get(it)?.end ?? 0) === 0)
    const complete = growth.every(({ from }) => from === to)
    const { current } = this.placement
    if (complete && (newShows.length === 0 || newShows.every((it) => current.newShows?.partitions.includes(it))))
      throw new CommandError(`there are ${to} partitions already`, 2)
    return { growth, newShows }
  }

  /** Cut off anywhere it has harmed nobody; the same again completes it. */
  async add({ growth, newShows }: { growth: Growth[]; newShows: number[] }, by: string): Promise<void> {
    await grow(this.admin, growth)
    await this.decide({ about: 'new-shows', partitions: newShows }, by)
  }

  async sendNewShows(partitions: number[] | null, by: string): Promise<void> {
    const known = await logEnds(this.admin, this.topics.commands)
    const unknown = partitions?.find((it) => !known.has(it))
    if (unknown !== undefined)
      throw new CommandError(`there is no partition ${unknown}; there are 0 to ${known.size - 1}`, 2)
    await this.decide({ about: 'new-shows', partitions }, by)
  }

  private decide(change: PlacementChange, by: string): Promise<void> {
    return this.placement.decide(change, { by, at: systemClock.now() })
  }

  /** Waits for the claims of the new owners. @throws CommandError where they are late; what was decided stands */
  private async moved(before: readonly PartitionStatus[], isThere: (owner: string) => boolean): Promise<Moved[]> {
    const began = systemClock.now()
    const moved: Moved[] = []
    const left = new Set(before)
    while (left.size > 0) {
      for (const it of left) {
        const { context, partition, owner: from } = it
        const owner = await this.owner(context, partition)
        if (!owner || owner.claimId === from?.claimId || !isThere(owner.decider)) continue
        left.delete(it)
        moved.push({
          context,
          partition,
          from: from?.decider ?? null,
          to: owner.decider,
          ms: systemClock.now() - began,
        })
      }
      if (left.size > 0 && systemClock.now() - began > movePatienceMs)
        throw new CommandError(
          `partition ${[...left].map(({ context, partition }) => `${partition} of ${context}`).join(', ')} has not changed hands in ${movePatienceMs / 1_000} s; the decision stands: ./onsale partitions list`,
        )
      if (left.size > 0) await systemTimers.sleep(50)
    }
    return moved.sort((a, b) => a.partition - b.partition)
  }

  private async owner(context: Context, partition: number): Promise<PartitionStatus['owner']> {
    const topic = (context === 'queue' ? this.topics.queue : this.topics).events
    const claim = await latestClaim(this.raw, { topic, partition })
    if (!claim) return null
    const { data } = await this.log.codec.decode(claim.value)
    const { claimId, offset, appendedAt } = claim
    return { decider: (data as { owner: string }).owner, claimId, offset, since: appendedAt }
  }

  private get contexts(): OneContext[] {
    const { env } = this.log
    return [
      { context: 'reservation', topics: this.topics, groupId: `${env}.deciders` },
      { context: 'queue', topics: this.topics.queue, groupId: `${env}.queue-deciders` },
    ]
  }

  private async members(
    groupId: string,
    topic: string,
    partitions: readonly number[],
  ): Promise<DeciderMember[] | null> {
    for (let leftMs = patienceMs; ; leftMs -= 100) {
      const [group] = (await this.admin.describeGroups([groupId])).groups
      const members = group ? decidersIn(group, topic, partitions) : []
      if (members || leftMs <= 0) return members
      await systemTimers.sleep(100)
    }
  }
}
