import { type ParkedCommand, ParkedCommandError, ParkedCommands, type ShownCommand } from '@onsale/decider'
import type { StackConnection } from '@onsale/infra'
import { logEnds, topicNames } from '@onsale/platform/log'
import { systemClock, systemIds, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import {
  allProjections,
  dropParked,
  type KeptViews,
  listParked,
  type ParkedFilter,
  type ParkedStream,
  type ParkedStreamEvents,
  ParkedViews,
  RedisAwayError,
  requestRedrive,
  showParked,
} from '@onsale/projectors'
import { CommandError } from '../command.js'
import { openViews } from '../projections/open-views.js'
import { openStackLog, type StackLog } from '../stack-log.js'
import { watchAnswers } from './answer-of.js'
import type { CommandAt, CommandsOf } from './parked-name.js'

/** How long the projectors may take to redrive a stream, ms. */
const streamPatienceMs = 20_000

type Pool = ReturnType<typeof openPool>

export interface FoundCommand extends ParkedCommand {
  of: CommandsOf
}

/** Whoever decides, and why: ids and codes, since both are kept for ever. */
export interface Decider {
  by: string
  why: string
}

/** What can't go on by itself, of commands and of streams, and what an operator can do about it. */
export class ParkedDesk {
  private readonly views: ParkedViews

  private constructor(
    private readonly log: StackLog,
    private readonly pool: Pool,
    private readonly kept: KeptViews,
    private readonly commands: Record<CommandsOf, ParkedCommands>,
  ) {
    this.views = new ParkedViews(pool, allProjections, kept)
  }

  static async open(connection: StackConnection): Promise<ParkedDesk> {
    const log = await openStackLog(connection, 'parked')
    const topic = topicNames(connection.env).events
    const admin = log.kafka.admin()
    await admin.connect()
    const partitions = [...(await logEnds(admin, topic).finally(() => admin.disconnect())).keys()]
    const pool = openPool({ url: connection.variables.ONSALE_SQL_PRIMARY_URL ?? '', connections: 2 })
    const kept = await openViews(connection, topic, partitions)
    const commandsOf = (of: CommandsOf) => new ParkedCommands({ ...log, of, clock: systemClock, ids: systemIds })
    return new ParkedDesk(log, pool, kept, { reservation: commandsOf('reservation'), queue: commandsOf('queue') })
  }

  async close(): Promise<void> {
    this.kept.redis.disconnect()
    await this.pool.end()
  }

  /** `unknown`: why nothing is said of what is parked in Redis. */
  async list(decided: boolean): Promise<{ commands: FoundCommand[]; streams: ParkedStream[]; unknown: string | null }> {
    const listed = async (of: CommandsOf) => {
      const commands = await this.commands[of].list({ decided })
      return commands.map((command): FoundCommand => ({ of, ...command }))
    }
    const [shows, rooms, streams] = await Promise.all([listed('reservation'), listed('queue'), listParked(this.pool)])
    const commands = [...shows, ...rooms]
    try {
      return { commands, streams: [...streams, ...(await this.views.list())], unknown: null }
    } catch (error) {
      if (!(error instanceof RedisAwayError)) throw error
      return { commands, streams, unknown: error.message }
    }
  }

  showCommand({ of, ...place }: CommandAt): Promise<ShownCommand> {
    return this.refusing(this.commands[of].show(place))
  }

  async showStream(filter: ParkedFilter): Promise<ParkedStreamEvents[]> {
    const { kafka, codec, logger } = this.log
    const { pool, views } = this
    const found = await this.refusing(showParked({ pool, views, kafka, codec, logger }, filter))
    if (found.length === 0) throw new CommandError(`no stream ${filter.stream} is parked`)
    return found
  }

  /** @returns where the command lies now, and what it was answered (null: nothing in time) */
  async redriveCommand({ of, ...place }: CommandAt, by: string): Promise<{ offset: number; answer: string | null }> {
    const answers = await watchAnswers(this.log, of, place.partition)
    try {
      const { id, offset } = await this.refusing(this.commands[of].redrive(place, by))
      return { offset, answer: await answers.answerTo(id) }
    } finally {
      await answers.stop()
    }
  }

  /** @returns what is parked still: nothing where all was applied */
  async redriveStream(filter: ParkedFilter, by: string): Promise<ParkedStream[]> {
    const inViews = await this.refusing(this.views.requestRedrive(filter, by, Date.now()))
    const asked = await requestRedrive(this.pool, filter, by, Date.now())
    if (asked + inViews === 0) throw new CommandError(`no stream ${filter.stream ?? ''} is parked`)
    return this.whenRedriven(filter)
  }

  async dropCommand({ of, ...place }: CommandAt, { by, why }: Decider): Promise<void> {
    await this.refusing(this.commands[of].drop(place, by, why))
  }

  /** Drops the first parked event of the stream, which must be the one at `offset`. @returns what is parked still */
  async dropEvent(filter: ParkedFilter & { stream: string }, offset: number, who: Decider) {
    const ports = { timers: systemTimers, random: systemRandom }
    const request = { ...filter, offset, ...who }
    const inViews = await this.refusing(this.views.drop(request, Date.now()))
    const dropped = [...(await dropParked(this.pool, ports, request, Date.now())), ...inViews]
    if (dropped.length === 0) throw new CommandError(`stream ${filter.stream} is not parked at ${offset}`)
    return { dropped, left: await this.whenRedriven(filter) }
  }

  private async whenRedriven(filter: ParkedFilter): Promise<ParkedStream[]> {
    const until = Date.now() + streamPatienceMs
    for (;;) {
      const inViews = await this.refusing(this.views.list(filter))
      const left = [...(await listParked(this.pool, filter)), ...inViews]
      const waiting = left.filter(({ redriveRequestedAt }) => redriveRequestedAt !== null)
      if (waiting.length === 0) return left
      if (Date.now() > until)
        throw new CommandError(
          `${waiting.length} stream(s) were asked for and not redriven yet: do the projectors run?`,
        )
      await systemTimers.sleep(100)
    }
  }

  private async refusing<Result>(work: Promise<Result>): Promise<Result> {
    return work.catch((error: unknown) => {
      throw error instanceof ParkedCommandError || error instanceof RedisAwayError
        ? new CommandError(error.message)
        : error
    })
  }
}
