import type { DropAbsent, RoomState, Rooms } from '@onsale/domain'
import type { RedisLocks } from '@onsale/platform/locks'
import type { Timers } from '@onsale/platform/ports'
import type { PresenceReader } from '@onsale/platform/presence'
import type { Logger } from 'pino'
import { type CommandSender, commandIdOf, type RoomAnswer, roomCommand } from '../commands/command-sender.js'
import type { ShowStock } from '../stock/show-stock.js'
import { absentVisitors, clockSlackMs } from './absent-visitors.js'
import { Alarm } from './alarm.js'
import type { LogClock } from './log-clock.js'
import { nextMove } from './next-move.js'

export interface RoomControllerOptions {
  showId: string
  /** In the log as who claimed; another one after each start of a process. */
  controllerId: string
  rooms: Rooms
  /** Null until it is known what the show has. */
  stock(): ShowStock | null
  sender: CommandSender
  locks: Pick<RedisLocks, 'holds' | 'renew' | 'leave'>
  presence: Pick<PresenceReader, 'absent' | 'forget'>
  logClock: LogClock
  timers: Timers
  logger: Logger
  seed: string
}

/** Also how soon another controller learns that this one is gone, at the latest. */
export const leaseMs = 3_000
/** The longest pause before the room is looked at again though nothing seems to have happened. */
const longestPauseMs = 1_000
/** After a command that was refused although it looked right: what it looked at was not the newest, or the clocks differ. Twice as long after each further one. */
const againMs = 25
const mostAbsent = 500

/**
 * Does for one room what nobody's hand does: tells it the stock of its show, opens it, admits visitors, drops those who are gone. Whatever
 * it sends follows from the log, and the room decides: it may die at any line, and two of them do no harm.
 */
export class RoomController {
  private readonly over = new AbortController()
  private readonly alarms: Alarm[] = []
  /** One after the other, by what was expected. */
  private readonly refusals = new Map<string, number>()
  private running: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: RoomControllerOptions) {}

  start(): void {
    this.running = Promise.all([
      this.loop(() => this.elect()),
      this.loop(() => this.report()),
      this.loop(() => this.move()),
      this.loop(() => this.drop()),
    ])
  }

  /** Something of the room or of its show was folded. */
  wake(): void {
    for (const alarm of this.alarms) alarm.wake()
  }

  /** Closed, and nobody who was admitted is still to be heard of. */
  get isOver(): boolean {
    const { room } = this
    return room?.phase === 'closed' && room.admissions.size === 0
  }

  get isInForce(): boolean {
    return this.room?.controllerId === this.options.controllerId
  }

  /** What is under way is ended, then the lock is another's at once. */
  async stop(): Promise<void> {
    this.over.abort('stopped')
    await this.running
    this.options.locks.leave(this.options.showId)
  }

  private get room(): RoomState | null {
    return this.options.rooms.get(this.options.showId)?.state ?? null
  }

  private get isElected(): boolean {
    return this.options.locks.holds(this.options.showId)
  }

  /** @param turn gives ms until it is to be done again, if nothing happens before */
  private async loop(turn: () => Promise<number>): Promise<void> {
    const { timers, logger, showId } = this.options
    const alarm = new Alarm(timers, this.over.signal)
    this.alarms.push(alarm)
    while (!this.over.signal.aborted) {
      let pauseMs = longestPauseMs
      try {
        pauseMs = await turn()
      } catch (error) {
        logger.warn({ err: error, showId }, 'a room waits: what it needs is away')
      }
      if (pauseMs > 0) await alarm.wait(pauseMs)
    }
  }

  /** The lock keeps controllers from getting in each other's way. That only one is heard is for the term to see to. */
  private async elect(): Promise<number> {
    const { locks, showId, timers } = this.options
    const before = this.isElected
    await locks.renew(showId)
    if (this.isElected !== before) this.wake()
    // Events don't make a lease run out faster.
    await timers.sleep(leaseMs / 3, this.over.signal)
    return 0
  }

  private async report(): Promise<number> {
    const { stock, sender, showId } = this.options
    const { room } = this
    if (!room || !(this.isElected || this.isInForce)) return longestPauseMs
    const report = stock()?.next(showId, room.stock)
    if (!report) return longestPauseMs
    const { fromVersion, version, offset, ...told } = report
    const answer = await sender.send(
      roomCommand.report,
      { showId, fromVersion, showVersion: version, showOffset: offset, ...told },
      // Sent again, by this process or another one, it is the same command.
      commandIdOf(showId, 'ReportStock', fromVersion, version),
    )
    return this.after(answer, 'StockReported')
  }

  private async move(): Promise<number> {
    const { rooms, stock, sender, showId, controllerId, logClock, seed } = this.options
    const state = this.room
    if (!state) return longestPauseMs
    const now = Math.max(logClock.now(), 0)
    const move = nextMove({
      ...{ state, controllerId, isElected: this.isElected, now, seed },
      sells: stock()?.sellsAt(showId, now) ?? Number.POSITIVE_INFINITY,
      decide: (command) => rooms.decide(command, now),
    })
    switch (move.type) {
      case 'wait':
        return Math.min(Math.max(move.until - now, 1), longestPauseMs)
      case 'claim':
        return this.after(await sender.send(roomCommand.claim, { showId, controllerId }), 'TermClaimed')
      case 'open':
        return this.after(await sender.send(roomCommand.open, { showId, seed }), 'DrawHeld')
      case 'admit': {
        const { term, most } = move
        return this.after(await sender.send(roomCommand.admit, { showId, term, most }), 'AdmissionGranted')
      }
    }
  }

  private async drop(): Promise<number> {
    const { presence, sender, showId, logClock } = this.options
    const { room } = this
    if (!room || room.phase === 'closed' || !this.isInForce) return longestPauseMs
    const { graceMs } = room.settings
    const pauseMs = Math.min(5_000, Math.max(250, graceMs / 10))
    const now = logClock.now()
    const seenBefore = now - graceMs - clockSlackMs
    const told = await presence.absent(showId, { now, seenBefore, most: mostAbsent })
    const { dropped, over } = absentVisitors(room, told, now)
    await presence.forget(showId, over)
    if (dropped.length > 0) {
      const data: DropAbsent = { showId, term: room.term, entries: dropped }
      await sender.send(roomCommand.drop, data)
    }
    await this.options.timers.sleep(told.absent.length === mostAbsent ? againMs : pauseMs, this.over.signal)
    return 0
  }

  /** The next look at once where the room did what it was asked; else after a pause that nothing ends, for the refusal itself is news of the room. */
  private async after(answer: RoomAnswer | null, expected: string): Promise<number> {
    const refused = answer?.type === expected ? 0 : (this.refusals.get(expected) ?? 0) + 1
    this.refusals.set(expected, refused)
    if (refused > 0)
      await this.options.timers.sleep(Math.min(againMs * 2 ** (refused - 1), longestPauseMs), this.over.signal)
    return 0
  }
}
