import { type PlanIndex, type Rooms, roomStreams, type Shows, showStreams } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import { logEnds, type PlanCatalog, type TopicNames } from '@onsale/platform/log'
import type { Clock, Ids, Timers } from '@onsale/platform/ports'
import { hashes } from '@onsale/platform/waiting-room'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { CommandSender, type CommandSenderOptions } from './commands/command-sender.js'
import { LogClock } from './controller/log-clock.js'
import { RoomController, type RoomControllerOptions } from './controller/room-controller.js'
import { RoomControllers } from './controller/room-controllers.js'
import { FollowedJournal } from './journal/followed-journal.js'
import { hasLiveRoom } from './journal/touched.js'
import { ShowStock } from './stock/show-stock.js'

export interface RoomReactorsOptions {
  env: string
  instance: string
  kafka: Kafka
  admin: Admin
  topics: TopicNames
  codec: Codec
  plans: Pick<PlanCatalog<PlanIndex>, 'get' | 'catchUp'>
  producer: CommandSenderOptions['producer']
  locks: RoomControllerOptions['locks']
  presence: RoomControllerOptions['presence']
  seedOf(showId: string): string
  clock: Clock
  timers: Timers
  ids: Ids
  /** Lets others have the event loop. */
  nextTurn(): Promise<unknown>
  logger: Logger
  onCommand?(type: string, outcome: string): void
  /** Records of a stale claim were passed over. */
  onIgnored?(partition: string, count: number): void
  onFailed?(error: Error): void
}

/** What the service does for rooms: journals followed, stock told, controllers run. Its servers and its process are its caller's. */
export class RoomReactors {
  readonly rooms: FollowedJournal<Rooms>
  readonly shows: FollowedJournal<Shows>
  readonly controllers: RoomControllers
  private readonly stocks = new Map<number, ShowStock>()

  constructor(private readonly options: RoomReactorsOptions) {
    const { env, instance, topics, plans, producer, seedOf, onCommand, onIgnored, onFailed } = options
    const { kafka, admin, codec, locks, presence, clock, timers, ids, nextTurn, logger } = options
    const logClock = new LogClock(clock)
    const sender = new CommandSender({
      ...{ producer, clock, timers, ids },
      onAnswer(type, answer, sentAt) {
        onCommand?.(type, answer?.reason ?? answer?.type ?? 'unanswered')
        if (answer) logClock.saw(sentAt, answer.time)
      },
    })
    const controllerId = `${instance}-${ids.uuid()}`
    const { stocks } = this
    const controllers = new RoomControllers(
      (showId, held) =>
        new RoomController({
          ...{ showId, controllerId, rooms: held, sender, locks, presence, logClock, timers, logger },
          stock: () => this.readyStock(Number(showId.split('.')[0])),
          seed: seedOf(showId),
        }),
    )
    const shared = {
      ...{ kafka, admin, codec, timers, ids, nextTurn, logger, name: `${env}.reactors` },
      onFailed: (error: Error) => onFailed?.(error),
    }
    const ignored = (label: string) => (count: number, partition: number) => onIgnored?.(`${label}-${partition}`, count)
    const rooms: FollowedJournal<Rooms> = new FollowedJournal({
      ...{ ...shared, topic: topics.queue.events, streams: roomStreams(hashes), onIgnored: ignored('queue') },
      catchUpPlans: async () => {},
      onRecord: (_, record) => sender.see(record),
      onTouched(partition, showIds) {
        sender.settle()
        const one = rooms.get(partition)
        if (one?.isReady) controllers.touched(showIds, one.streams)
      },
    })
    this.rooms = rooms
    this.controllers = controllers
    this.shows = new FollowedJournal({
      ...{ ...shared, topic: topics.events, streams: showStreams((hash) => plans.get(hash)) },
      onIgnored: ignored('reservation'),
      catchUpPlans: () => plans.catchUp(),
      onRecord(partition, record) {
        const known = rooms.get(partition)?.streams.get(record.subject ?? '')?.state.stock
        stocks.get(partition)?.take(record, known?.showVersion ?? 0)
      },
      onTouched: (_, showIds) => controllers.touched(showIds, null),
    })
  }

  get followed() {
    return [
      ...this.rooms.followed.map(([partition, one]) => ({ partition: `queue-${partition}`, one })),
      ...this.shows.followed.map(([partition, one]) => ({ partition: `reservation-${partition}`, one })),
    ]
  }

  get unready(): string[] {
    return [...this.rooms.unready('queue'), ...this.shows.unready('reservation')]
  }

  /**
   * New partitions, and those whose first room has come: a partition without rooms costs nothing but its queue's silence. To be called now
   * and again. @throws where the broker does not answer
   */
  async follow(): Promise<void> {
    const { rooms, shows, stocks, controllers } = this
    const { admin, topics } = this.options
    await rooms.follow([...(await logEnds(admin, topics.queue.events)).keys()])
    const needed = rooms.followed.flatMap(([partition, one]) =>
      one.isReady && hasLiveRoom(one.streams) ? [partition] : [],
    )
    for (const partition of needed) {
      if (stocks.has(partition)) continue
      stocks.set(partition, new ShowStock(() => shows.get(partition)!.streams))
    }
    await shows.follow(needed)
    for (const [, one] of rooms.followed) if (one.isReady) controllers.touched(roomsOf(one.streams), one.streams)
  }

  async stop(): Promise<void> {
    await Promise.all([this.rooms.stop(), this.shows.stop()])
  }

  private readyStock(partition: number): ShowStock | null {
    return this.shows.get(partition)?.isReady ? (this.stocks.get(partition) ?? null) : null
  }
}

const roomsOf = (rooms: Rooms): string[] => rooms.set.inOrder().map(([showId]) => showId)
