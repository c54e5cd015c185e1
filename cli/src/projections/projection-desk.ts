import type { StackConnection } from '@onsale/infra'
import { logEnds, topicNames } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import {
  compareVersions,
  dropVersion,
  listParked,
  listVersions,
  numbered,
  pauseRebuild,
  planRebuild,
  projections,
  type RebuildPlan,
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
} from '@onsale/projectors'
import type { Kafka } from 'kafkajs'
import { CommandError } from '../command.js'
import { openStackLog } from '../stack-log.js'

type Pool = ReturnType<typeof openPool>
type Admin = ReturnType<Kafka['admin']>

const ports = { clock: systemClock, timers: systemTimers, random: systemRandom }
/** The plans' read model is made from a topic of its own. */
const plansProjection = 'venues'

export interface VersionStatus extends Version {
  progress: VersionProgress
  parkedStreams: number
  parkedEvents: number
  /** Events that gaps leave out. */
  missing: number
}

/** The versions of the read models of a running stack, and what an operator may do about them. */
export class ProjectionDesk {
  private readonly topics: ReturnType<typeof topicNames>

  private constructor(
    env: string,
    private readonly primary: Pool,
    private readonly replica: Pool,
    private readonly admin: Admin,
  ) {
    this.topics = topicNames(env)
  }

  static async open(connection: StackConnection): Promise<ProjectionDesk> {
    const { env, variables } = connection
    const log = await openStackLog(connection, 'projections')
    const admin = log.kafka.admin()
    await admin.connect()
    return new ProjectionDesk(
      env,
      openPool({ url: variables.ONSALE_SQL_PRIMARY_URL ?? '', connections: 3 }),
      openPool({ url: variables.ONSALE_SQL_REPLICA_URL ?? '', connections: 2 }),
      admin,
    )
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.primary.end(), this.replica.end()])
  }

  async status(projection?: string): Promise<VersionStatus[]> {
    const versions = await listVersions(this.primary, projection)
    if (versions.length === 0 && projection !== undefined) await this.known(projection)
    const ends = await this.ends()
    const parked = await listParked(this.primary)
    const all: VersionStatus[] = []
    for (const version of versions) {
      const topic = version.projection === plansProjection ? this.topics.plans : this.topics.events
      const own = parked.filter((it) => it.projection === version.projection && it.version === version.version)
      all.push({
        ...version,
        progress: await versionProgress(this.primary, version, topic, ends.get(topic) ?? new Map()),
        parkedStreams: own.length,
        parkedEvents: own.reduce((sum, { events }) => sum + events, 0),
        missing: own.reduce((sum, { missing }) => sum + missing, 0),
      })
    }
    return all
  }

  plan(projection: string, revision: number | null): Promise<RebuildPlan> {
    return refusing(planRebuild(this.primary, projections, { projection, revision }).then(({ plan }) => plan))
  }

  rebuild(projection: string, revision: number | null, throttle: number | null, by: string): Promise<RebuildPlan> {
    return refusing(startRebuild(this.primary, ports, projections, { projection, revision, throttle, by }))
  }

  pause(projection: string): Promise<Version> {
    return refusing(pauseRebuild(this.primary, projection))
  }

  resume(projection: string, throttle?: number | null): Promise<Version> {
    return refusing(resumeRebuild(this.primary, projections, projection, throttle))
  }

  cancel(projection: string): Promise<number> {
    return refusing(dropVersion(this.primary, ports, projections, projection, null))
  }

  drop(projection: string, version: number): Promise<number> {
    return refusing(dropVersion(this.primary, ports, projections, projection, version))
  }

  switchTo(projection: string, to: number | null | 'previous', request: SwitchOptions): Promise<Switched> {
    return refusing(switchVersion(this.primary, ports, { projection, to, ...request }))
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
    return refusing(compareVersions(this.replica, ports, projections, [serving, other], options))
  }

  private async known(projection: string): Promise<never> {
    const names = new Set((await listVersions(this.primary)).map((it) => it.projection))
    throw new CommandError(`there is no projection ${projection}; there are ${[...names].join(', ')}`, 2)
  }

  private async ends() {
    const { events, plans } = this.topics
    return new Map([
      [events, await logEnds(this.admin, events)],
      [plans, await logEnds(this.admin, plans)],
    ])
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
    throw error instanceof VersionRefusedError ? new CommandError(error.message, 2) : error
  })
}
