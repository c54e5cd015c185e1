import type { Endpoint, SimProcess } from '../kernel/index.js'
import type { Service, ServiceContext } from '../world/part.js'
import type { World } from '../world/world.js'
import type { RedisServer } from './redis-server.js'

const pulseMs = 1_000

/** Takes the heartbeats of visitors, and shows by a pulse beside them that they come through. */
export class HeartbeatService implements Service, Endpoint {
  readonly name = 'heartbeats'
  up = false
  private process: SimProcess | null = null

  constructor(
    private readonly world: World,
    private readonly redis: RedisServer,
  ) {}

  start({ process }: ServiceContext): void {
    this.up = true
    this.process = process
    const beat = async () => {
      for (;;) {
        const at = process.now()
        await this.store('pulse', process, () => this.redis.beat(at)).catch(() => {})
        await process.sleep(pulseMs)
      }
    }
    void beat()
  }

  crashed(): void {
    this.up = false
    this.process = null
  }

  /** Of a visitor, in this process. */
  take(showId: string, entryId: string): void {
    const { process } = this
    if (!process) return
    process.after(0, 'heartbeat', () => {
      const at = process.now()
      this.store('heartbeat', process, () => this.redis.heartbeat(showId, entryId, at)).catch(() => {})
    })
  }

  private store(name: string, from: SimProcess, work: () => void): Promise<void> {
    return this.world.network.call({ from, to: this.redis, name, timeoutMs: 1_000 }, work)
  }
}
