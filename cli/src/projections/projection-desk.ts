import type { StackConnection } from '@onsale/infra'
import { logEnds, topicNames } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import {
  allProjections,
  type CheckpointHistoryOf,
  compareVersions,
  dropVersion,
  journalOf,
  type KeptViews,
  listParked,
  listVersions,
  numbered,
  pauseRebuild,
  planRebuild,
  type RebuildPlan,
  RedisAwayError,
  readHistory,
  resumeRebuild,
  type Switched,
  servingOf,
  startRebuild,
  switchVersion,
  type Version,
  type VersionComparison,
  type VersionProgress,
  VersionRefusedError,
  versionProgress,
  viewProgress,
  viewsOf,
} from '@onsale/projectors'
import type { Kafka } from 'kafkajs'
import { CommandError } from '../command.js'
import { openStackLog } from '../stack-log.js'
import { aheadOfLog } from './ahead-of-log.js'
import { openViews } from './open-views.js'

type Pool = ReturnType<typeof openPool>
type Admin = ReturnType<Kafka['admin']>
type LogRange = { start: number; end: number }

const ports = { clock: systemClock, timers: systemTimers, random: systemRandom }
/** The plans' read model is made from a topic of its own. */
const plansProjection = 'venues'

export interface VersionStatus extends Version {
  progress: VersionProgress
  parkedStreams: number
  parkedEvents: number
  /** Events that gaps leave out. */
  missing: number
  /** Why nothing is known of how far it is; absent where that is known. */
  unreachable?: string
}

const tally = (parked: readonly { events: number; missing: number }[]) => ({
  parkedStreams: parked.length,
  parkedEvents: parked.reduce((sum, { events }) => sum + events, 0),
  missing: parked.reduce((sum, { missing }) => sum + missing, 0),
})

/** The versions of the read models of a running stack, and what an operator may do about them. */
export class ProjectionDesk {
  private readonly topics: ReturnType<typeof topicNames>

  private constructor(
    env: string,
    private readonly primary: Pool,
    private readonly replica: Pool,
    private readonly admin: Admin,
    private readonly kept: KeptViews,
  ) {
    this.topics = topicNames(env)
  }

  static async open(connection: StackConnection): Promise<ProjectionDesk> {
    const { env, variables } = connection
    const log = await openStackLog(connection, 'projections')
    const admin = log.kafka.admin()
    await admin.connect()
    const { events } = topicNames(env)
    const partitions = [...(await logEnds(admin, events)).keys()]
    return new ProjectionDesk(
      env,
      openPool({ url: variables.ONSALE_SQL_PRIMARY_URL ?? '', connections: 3 }),
      openPool({ url: variables.ONSALE_SQL_REPLICA_URL ?? '', connections: 2 }),
      admin,
      await openViews(connection, events, partitions),
    )
  }

  async close(): Promise<void> {
    this.kept.redis.disconnect()
    await Promise.all([this.admin.disconnect(), this.primary.end(), this.replica.end()])
  }

  async status(projection?: string): Promise<VersionStatus[]> {
    const versions = await listVersions(this.primary, projection)
    if (versions.length === 0 && projection !== undefined) await this.known(projection)
    const ends = await this.ends()
    const parked = await listParked(this.primary)
    const all: VersionStatus[] = []
    for (const version of versions) {
      const topic = this.topicOf(version.projection)
      const views = viewsOf(allProjections, version.projection, this.keptOf(version.projection))
      if (views) {
        all.push(await this.viewStatus(views, version, ends.get(topic) ?? new Map()))
        continue
      }
      const own = parked.filter((it) => it.projection === version.projection && it.version === version.version)
      all.push({
        ...version,
        progress: await versionProgress(this.primary, version, topic, ends.get(topic) ?? new Map()),
        ...tally(own),
      })
    }
    return all
  }

  private async viewStatus(
    { views, partitions }: KeptViews,
    version: Version,
    ends: ReadonlyMap<number, LogRange>,
  ): Promise<VersionStatus> {
    try {
      return {
        ...version,
        progress: await viewProgress(views, version, ends),
        ...tally(await views.parked(version.projection, version.version, partitions)),
      }
    } catch (error) {
      if (!(error instanceof RedisAwayError)) throw error
      const progress = { partitions: [], passed: 0, total: 0, lag: 0 }
      return { ...version, progress, ...tally([]), unreachable: error.message }
    }
  }

  history(projection?: string): Promise<CheckpointHistoryOf[]> {
    return readHistory(this.primary, Date.now(), projection)
  }

  plan(projection: string, revision: number | null): Promise<RebuildPlan> {
    return refusing(planRebuild(this.primary, allProjections, { projection, revision }).then(({ plan }) => plan))
  }

  /** What is at a place that the log does not have, a line each. */
  async ahead(of: readonly VersionStatus[]): Promise<string[]> {
    const places = of.filter(({ state }) => state !== 'dropped' && state !== 'dropping')
    const ends = await this.ends()
    return aheadOfLog(
      places.map((it) => ({ ...it, topic: this.topicOf(it.projection) })),
      ends,
    )
  }

  private async refuseAhead(projection: string, isMeant: (version: VersionStatus) => boolean): Promise<void> {
    const [line] = await this.ahead((await this.status(projection)).filter(isMeant))
    if (line) throw new CommandError(line, 2)
  }

  async rebuild(
    projection: string,
    revision: number | null,
    throttle: number | null,
    by: string,
  ): Promise<RebuildPlan> {
    await this.refuseAhead(projection, ({ serving }) => serving)
    return refusing(startRebuild(this.primary, ports, allProjections, { projection, revision, throttle, by }))
  }

  pause(projection: string): Promise<Version> {
    return refusing(pauseRebuild(this.primary, projection))
  }

  resume(projection: string, throttle?: number | null): Promise<Version> {
    return refusing(resumeRebuild(this.primary, allProjections, projection, throttle))
  }

  cancel(projection: string): Promise<number> {
    return refusing(dropVersion(this.primary, ports, allProjections, projection, null, this.keptOf(projection)))
  }

  drop(projection: string, version: number): Promise<number> {
    return refusing(dropVersion(this.primary, ports, allProjections, projection, version, this.keptOf(projection)))
  }

  async switchTo(projection: string, to: number | null | 'previous', request: SwitchOptions): Promise<Switched> {
    const isTarget = ({ version, state, rollbackTarget }: VersionStatus) =>
      to === null ? state === 'building' : to === 'previous' ? rollbackTarget : version === to
    await this.refuseAhead(projection, (it) => it.serving || isTarget(it))
    const kept = viewsOf(allProjections, projection, this.keptOf(projection))
    return refusing(switchVersion(this.primary, ports, { projection, to, ...request, kept }))
  }

  /** What is served against another version: the one given, or the one that is being built, or the one before. */
  async compare(projection: string, version: number | null, options: CompareOptions): Promise<VersionComparison> {
    const versions = await listVersions(this.primary, projection)
    if (versions.length === 0) await this.known(projection)
    const other =
      version === null
        ? (versions.find(({ state }) => state === 'building') ?? versions.find(({ rollbackTarget }) => rollbackTarget))
        : await refusing(Promise.resolve().then(() => numbered(versions, version)))
    if (!other) throw new CommandError(`${projection} has one version: nothing to compare it with`, 2)
    const serving = servingOf(versions)
    if (other.version === serving.version)
      throw new CommandError(`version ${other.version} of ${projection} is what readers are shown: compare another`, 2)
    return refusing(
      compareVersions(this.replica, ports, allProjections, [serving, other], options, this.keptOf(projection)),
    )
  }

  /** The journal that a projection is made from. */
  private topicOf(projection: string): string {
    if (projection === plansProjection) return this.topics.plans
    const definition = allProjections.find(({ name }) => name === projection)
    return definition ? journalOf(definition, this.topics) : this.topics.events
  }

  private keptOf(projection: string): KeptViews {
    return { ...this.kept, topic: this.topicOf(projection) }
  }

  private async known(projection: string): Promise<never> {
    const names = new Set((await listVersions(this.primary)).map((it) => it.projection))
    throw new CommandError(`there is no projection ${projection}; there are ${[...names].join(', ')}`, 2)
  }

  private async ends() {
    const { events, plans, queue } = this.topics
    const of = async (topic: string) => [topic, await logEnds(this.admin, topic)] as const
    return new Map([await of(events), await of(queue.events), await of(plans)])
  }
}

export interface SwitchOptions {
  by: string
  patienceMs: number
  despiteParked: boolean
}

export interface CompareOptions {
  patienceMs: number
  streams: number
  rows: number
}

async function refusing<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw error instanceof VersionRefusedError || error instanceof RedisAwayError
      ? new CommandError(error.message, 2)
      : error
  })
}
