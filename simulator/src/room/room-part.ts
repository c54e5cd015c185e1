import type { Rooms, Shows } from '@onsale/domain'
import type { RoomModel, RoomWitness } from '../check/room-model.js'
import type { ShowModel } from '../check/show-model.js'
import type { SimProcess } from '../kernel/index.js'
import type { Fault, WorldPart } from '../world/part.js'
import type { World } from '../world/world.js'
import { WritePart } from '../write/write-part.js'
import { HeartbeatService } from './heartbeat-service.js'
import { ReactorService } from './reactor-service.js'
import { RedisServer } from './redis-server.js'
import { roomContext } from './room-context.js'

/** What waiting rooms have beside their deciders and APIs: the reactors that ask for them, Redis, and heartbeats. */
export class RoomPart implements WorldPart {
  readonly services: (ReactorService | HeartbeatService)[]
  readonly faults: Fault[]
  private readonly heartbeats: HeartbeatService
  private readonly redis: RedisServer
  private readonly reactors: ReactorService[]
  private shows: WritePart<ShowModel, Shows> | null = null
  private rooms: WritePart<RoomModel, Rooms> | null = null

  constructor(private readonly world: World) {
    const { kernel } = world
    this.redis = new RedisServer(kernel)
    this.heartbeats = new HeartbeatService(world, this.redis)
    this.reactors = ['reactor-1', 'reactor-2'].map((name) => new ReactorService(world, this.redis, name))
    this.services = [...this.reactors, this.heartbeats]
    this.faults = [
      {
        name: 'redis lost',
        weight: 2,
        strike: () => {
          kernel.count('crash', () => 'loses all that it had', 'redis')
          this.redis.lose()
        },
      },
      {
        name: 'redis away',
        weight: 1,
        strike: () => {
          this.redis.up = false
          kernel.after(world.random.exponential(3_000), 'redis is back', () => {
            this.redis.up = true
          })
        },
      },
      {
        name: 'controller stands still',
        weight: 4,
        // Past its lease: another one is elected meanwhile, and this one wakes up believing in its own.
        strike: () => world.pause(world.random.pick(this.reactors).name, 3_000 + world.random.exponential(4_000)),
      },
    ]
  }

  /** Adds what decides about the rooms of these shows, and then this part. */
  command(shows: WritePart<ShowModel, Shows>): WritePart<RoomModel, Rooms> {
    const { world } = this
    const rooms = new WritePart(world, roomContext(world, this.witness), { deciders: 2, apis: 1 })
    this.shows = shows
    this.rooms = rooms
    world.add(rooms)
    world.add(this)
    return rooms
  }

  /** Of a visitor; nobody is told whether it came through. */
  heartbeat(from: SimProcess, showId: string, entryId: string): void {
    const { heartbeats, world } = this
    const call = { from, to: heartbeats, name: 'POST heartbeat', timeoutMs: 2_000 }
    world.network.call(call, () => heartbeats.take(showId, entryId)).catch(() => {})
  }

  private get witness(): RoomWitness {
    return {
      showAt: (showId, version) => this.showOf(showId)?.at(version) ?? null,
      redeemedAt: (showId, entryId) => this.showOf(showId)?.redeemed.get(entryId) ?? null,
      wasSeen: (entryId, at) => this.redis.wasSeen(entryId, at),
    }
  }

  /** What the room of the entry says of its admission. */
  admissionOf(entryId: string): { customerId: string; expiresAt: number } | null {
    const showId = entryId.slice(0, entryId.lastIndexOf('.'))
    const entry = this.roomOf(showId)?.entries.get(entryId)
    return entry && entry.expiresAt > 0 ? entry : null
  }

  heal(): void {
    this.redis.up = true
  }

  watch(): void {
    for (const { name, failure } of this.reactors)
      if (failure) this.world.kernel.violate('reactor-stopped', `${name}: ${failure}`)
  }

  /** Every room that is not closed knows what its show has. */
  settled(): boolean {
    return this.untold.length === 0
  }

  unsettled(): string {
    return `${this.untold.length} rooms do not know what their shows have`
  }

  finish(): void {}

  private get untold(): RoomModel[] {
    const rooms = this.rooms?.models.flatMap(({ streams }) => [...streams.values()]) ?? []
    return rooms.filter(
      ({ phase, showId, limits }) =>
        phase !== 'closed' && limits.freePlaces !== (this.showOf(showId)?.freePlaces ?? limits.freePlaces),
    )
  }

  private showOf(showId: string): ShowModel | undefined {
    return this.shows?.models[Number(showId.split('.')[0])]?.streams.get(showId)
  }

  private roomOf(showId: string): RoomModel | undefined {
    return this.rooms?.models[Number(showId.split('.')[0])]?.streams.get(showId)
  }
}
