import type { StackConnection } from '@onsale/infra'
import { logEnds, topicNames } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { isNotMigrated, isOutOfRoom, isServerAway, openPool } from '@onsale/platform/sql'
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
/** What has not been carried out by then is kept waiting: MariaDB waits for room where its disk is full, however long that takes. */
const changingMs = 15_000
/** Large tables and many keys take their time. */
const droppingMs = 60_000
const closingMs = 1_000
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
    // A connection whose statement is kept waiting does not end.
    const ended = Promise.all([this.admin.disconnect(), this.primary.end(), this.replica.end()])
    await Promise.race([ended, systemTimers.sleep(closingMs)])
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
    return carriedOut(startRebuild(this.primary, ports, allProjections, { projection, revision, throttle, by }))
  }

  pause(projection: string): Promise<Version> {
    return carriedOut(pauseRebuild(this.primary, projection))
  }

  resume(projection: string, throttle?: number | null): Promise<Version> {
    return carriedOut(resumeRebuild(this.primary, allProjections, projection, throttle))
  }

  cancel(projection: string): Promise<number> {
    return this.dropped(projection, null)
  }

  drop(projection: string, version: number): Promise<number> {
    return this.dropped(projection, version)
  }

  private dropped(projection: string, version: number | null): Promise<number> {
    const work = dropVersion(this.primary, ports, allProjections, projection, version, this.keptOf(projection))
    return carriedOut(work, droppingMs)
  }

  async switchTo(projection: string, to: number | null | 'previous', request: SwitchOptions): Promise<Switched> {
    const isTarget = ({ version, state, rollbackTarget }: VersionStatus) =>
      to === null ? state === 'building' : to === 'previous' ? rollbackTarget : version === to
    await this.refuseAhead(projection, (it) => it.serving || isTarget(it))
    const kept = viewsOf(allProjections, projection, this.keptOf(projection))
    const work = switchVersion(this.primary, ports, { projection, to, ...request, kept })
    return carriedOut(work, changingMs + request.patienceMs)
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
    const compared = compareVersions(
      this.replica,
      ports,
      allProjections,
      [serving, other],
      options,
      this.keptOf(projection),
    )
    return refusing(compared).catch((error: unknown) => {
      if (!isNotMigrated(error)) throw error
      throw new CommandError(
        `version ${other.version} of ${projection} has no tables yet: projections resume ${projection} makes them`,
        2,
      )
    })
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

/** @throws CommandError where it is refused, or where nobody says within the time whether it was done */
async function carriedOut<Result>(work: Promise<Result>, withinMs = changingMs): Promise<Result> {
  const answered = new AbortController()
  const late = systemTimers.sleep(withinMs, answered.signal).then((over): Result => {
    if (!over) throw new Error('answered')
    throw new CommandError(
      `the SQL primary has not carried it out for ${withinMs / 1_000} s, and may still do so: is its disk full? (./onsale doctor); ./onsale projections status says what came of it`,
    )
  })
  try {
    return await Promise.race([refusing(work), late])
  } finally {
    answered.abort()
    late.catch(() => {})
  }
}

/** What there is to say of a primary that does not answer. */
export const primaryAway = (error: unknown) =>
  `the SQL primary does not answer: ${detailOf(error)} (./onsale status, ./onsale doctor)`

/** A driver's error of several addresses has no message. */
export const detailOf = (error: unknown) => (error as Error).message || (error as { code?: string }).code

async function refusing<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (error instanceof VersionRefusedError || error instanceof RedisAwayError)
      throw new CommandError(error.message, 2)
    if (isOutOfRoom(error)) throw new CommandError("nothing was done: the SQL primary's disk is full (./onsale doctor)")
    if (isServerAway(error)) throw new CommandError(primaryAway(error))
    throw error
  })
}
