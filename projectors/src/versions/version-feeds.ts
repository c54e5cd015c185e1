import type { Timers } from '@onsale/platform/ports'
import type { Pool } from 'mysql2/promise'
import type { Logger } from 'pino'
import { type AnyProjection, inVersion, type ProjectionRuntime } from '../runtime/index.js'
import type { BuildElection } from './build-election.js'
import type { BuildLease } from './build-lease.js'
import type { BuildPace } from './build-pace.js'
import { findRevision } from './revisions.js'
import type { Version } from './version.js'
import { listVersions } from './version-rows.js'

const everyMs = 500

export interface VersionFeedsOptions {
  pool: Pool
  definitions: readonly AnyProjection[]
  /** Feeds these versions; with a pace: they are being built. They are all made from one journal and kept in one store. */
  open(projections: AnyProjection[], pace: BuildPace | null): ProjectionRuntime
  /** Shows readers what the database says they are shown, where a store has a pointer of its own. */
  point?(serving: Version, definition: AnyProjection): Promise<void>
  newPace(): BuildPace
  lease: BuildLease
  election: BuildElection
  timers: Timers
  logger: Logger
}

/** What feeds one or several versions in this process. */
interface Feed {
  runtime: ProjectionRuntime
  /** Null where it is fed for readers, by every process. */
  build: { term: number; pace: BuildPace } | null
}

/**
 * Feeds the versions that the database says are to be fed. Those for readers, and those kept for a rollback, are fed by every
 * process: what was there at the start from one reader of the log, what came later from one each. A version that is
 * being built is fed by one process, from a reader of its own, and goes on without a break when it becomes what readers are shown.
 */
export class VersionFeeds {
  private readonly stopping = new AbortController()
  private readonly feeds = new Map<string, Feed>()
  private readonly unknown = new Set<string>()
  /** What feeds all that was there at the start, a journal and store each; null before that is known. */
  private shared: Set<ProjectionRuntime> | null = null
  private running: Promise<void> | null = null

  constructor(private readonly options: VersionFeedsOptions) {}

  start(): void {
    this.running ??= this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
    const builds = [...this.feeds].filter(([, { build }]) => build)
    await Promise.all([...new Set([...this.feeds.values()].map(({ runtime }) => runtime))].map((it) => it.stop()))
    for (const [key, { build }] of builds) await this.release(keyed(key), build?.term ?? 0)
    await this.options.election.stop()
  }

  /** What stands in the way of being ready; a version that is being built does not. */
  get unready(): string[] {
    if (!this.shared) return ['waiting for sql: which versions are fed is not known yet']
    const forReaders = [...this.feeds.values()].filter(({ build }) => !build).map(({ runtime }) => runtime)
    return [...new Set(forReaders)].flatMap(({ unready }) => unready)
  }

  private async run(): Promise<void> {
    const { timers, logger } = this.options
    do {
      await this.look().catch((error: Error) =>
        logger.warn({ err: error }, `waiting for sql: the versions to feed cannot be read: ${error.message}`),
      )
    } while (await timers.sleep(this.shared ? everyMs : 100, this.stopping.signal))
  }

  private async look(): Promise<void> {
    const versions = await listVersions(this.options.pool)
    if (!this.shared) this.begin(versions.filter(({ state }) => state === 'live'))
    for (const version of versions) {
      if (this.stopping.signal.aborted) return
      if (version.state === 'live') this.feed(version)
      else if (version.state === 'building') await this.build(version)
      else await this.end(keyOf(version))
    }
    for (const version of versions.filter(({ serving }) => serving)) {
      const projection = this.projectionOf(version)
      if (projection) await this.options.point?.(version, projection)
    }
  }

  /** One reader for all that is there, by journal and store: one that is away must not keep the others waiting. */
  private begin(versions: readonly Version[]): void {
    const known = versions.flatMap((it) => {
      const projection = this.projectionOf(it)
      return projection ? [{ key: keyOf(it), projection }] : []
    })
    this.shared = new Set()
    const sourceOf = ({ keptIn, topics }: AnyProjection) => `${topics[0]} ${keptIn}`
    for (const source of new Set(known.map(({ projection }) => sourceOf(projection)))) {
      const own = known.filter(({ projection }) => sourceOf(projection) === source)
      const runtime = this.options.open(
        own.map(({ projection }) => projection),
        null,
      )
      this.shared.add(runtime)
      for (const { key } of own) this.feeds.set(key, { runtime, build: null })
      runtime.start()
    }
  }

  private feed(version: Version): void {
    const fed = this.feeds.get(keyOf(version))
    if (fed) {
      // What was being built here is what readers are shown now: the same reader goes on, as fast as it can.
      if (fed.build) {
        fed.build.pace.unbound()
        fed.build = null
        this.options.election.leave(keyOf(version))
      }
      return
    }
    const projection = this.projectionOf(version)
    if (!projection) return
    const runtime = this.options.open([projection], null)
    this.feeds.set(keyOf(version), { runtime, build: null })
    runtime.start()
  }

  private async build(version: Version): Promise<void> {
    const { lease, election, logger } = this.options
    const key = keyOf(version)
    const fed = this.feeds.get(key)
    if (fed?.build) {
      const { term, pace } = fed.build
      pace.throttle = version.throttle
      if (!version.paused && (await lease.keep(version, term, pace.slowedMs))) return election.renew(key)
      logger.info({ ...version }, `the building of ${key} ends here: ${version.paused ? 'paused' : 'taken over'}`)
      await this.end(key)
      return this.release(version, term)
    }
    if (version.paused || !lease.isFree(version)) return
    const projection = this.projectionOf(version)
    if (!projection || !(await election.mayTry(key))) return
    const term = await lease.take(version)
    if (term === null) return election.leave(key)
    const pace = this.options.newPace()
    pace.throttle = version.throttle
    const runtime = this.options.open([projection], pace)
    this.feeds.set(key, { runtime, build: { term, pace } })
    logger.info({ projection: version.projection, version: version.version, term }, `building ${key}`)
    runtime.start()
  }

  private async release(version: Pick<Version, 'projection' | 'version'>, term: number): Promise<void> {
    this.options.election.leave(keyOf(version))
    await this.options.lease.giveUp(version, term).catch(() => {})
  }

  private async end(key: string): Promise<void> {
    const fed = this.feeds.get(key)
    if (!fed) return
    this.feeds.delete(key)
    // A shared reader feeds others as well; it lets go of a version by itself when that is gone.
    if (!this.shared?.has(fed.runtime)) await fed.runtime.stop()
  }

  private projectionOf({ projection, version, revision }: Version): AnyProjection | null {
    const definition = findRevision(this.options.definitions, projection, revision)
    if (definition) return inVersion(definition, version)
    const key = `${projection} ${version}`
    // Those that are made from no events (the venues) have no definition here.
    if (!this.unknown.has(key) && this.options.definitions.some(({ name }) => name === projection))
      this.options.logger.error(
        { projection, version, revision },
        `this build has no revision ${revision} of ${projection}: version ${version} is not fed here`,
      )
    this.unknown.add(key)
    return null
  }
}

const keyOf = ({ projection, version }: Pick<Version, 'projection' | 'version'>) => `${projection}/${version}`
const keyed = (key: string): Pick<Version, 'projection' | 'version'> => {
  const [projection = '', version] = key.split('/')
  return { projection, version: Number(version) }
}
