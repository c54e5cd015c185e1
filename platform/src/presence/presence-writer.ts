import type { Redis } from 'ioredis'
import type { Clock, Timers } from '../ports/index.js'
import { keptMs, presenceKeys, pulseKey, pulseMs, silenceMs } from './presence-keys.js'

export interface PresenceWriterOptions {
  /** The primary. */
  redis: Redis
  env: string
  clock: Clock
  timers: Timers
}

const recordLua = `
redis.call('SET', KEYS[2], ARGV[2], 'NX')
redis.call('PEXPIRE', KEYS[2], ARGV[1])
for i = 3, #ARGV, 2 do redis.call('ZADD', KEYS[1], 'GT', ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`

const pulseLua = `
local at = tonumber(ARGV[1])
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
if at - last > tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], 'since', at) end
if at > last then redis.call('HSET', KEYS[1], 'last', at) end
return 1`

type Run = (...args: (string | number)[]) => Promise<unknown>

interface Waiting {
  seen: Map<string, number>
  done: Promise<void>
}

/**
 * Heartbeats of visitors, kept in Redis alone. What shows that they come through is a pulse beside them: where all who take heartbeats, or
 * Redis, were away, the visitors were not.
 */
export class PresenceWriter {
  private readonly waiting = new Map<string, Waiting>()
  private readonly stopping = new AbortController()
  private pulsing: Promise<void> = Promise.resolve()

  constructor(private readonly options: PresenceWriterOptions) {
    options.redis.defineCommand('presence_record', { numberOfKeys: 2, lua: recordLua })
    options.redis.defineCommand('presence_pulse', { numberOfKeys: 1, lua: pulseLua })
  }

  /** From when on heartbeats can be taken. */
  start(): void {
    this.pulsing = this.pulse()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.pulsing
    await Promise.allSettled([...this.waiting.values()].map(({ done }) => done))
  }

  /**
   * The visitor of an entry was there at `atMs`, UTC ms. Those of one room that come in one turn of the event loop go together.
   * @throws what the connection throws
   */
  record(showId: string, entryId: string, atMs: number): Promise<void> {
    const known = this.waiting.get(showId)
    if (known) {
      known.seen.set(entryId, atMs)
      return known.done
    }
    const seen = new Map([[entryId, atMs]])
    const done = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      this.waiting.delete(showId)
      const { seen: seenKey, since } = presenceKeys(this.options.env, showId)
      const earliest = Math.min(...seen.values())
      const flat = [...seen].flatMap(([entry, at]) => [at, entry])
      await this.run('presence_record', seenKey, since, keptMs, earliest, ...flat)
    })
    this.waiting.set(showId, { seen, done })
    return done
  }

  private async pulse(): Promise<void> {
    const { env, clock, timers } = this.options
    do {
      // Whoever reads sees that it is missing.
      await this.run('presence_pulse', pulseKey(env), clock.now(), silenceMs).catch(() => {})
    } while (await timers.sleep(pulseMs, this.stopping.signal))
  }

  private async run(name: string, ...args: (string | number)[]): Promise<void> {
    const { redis } = this.options
    await ((redis as unknown as Record<string, Run>)[name] as Run).call(redis, ...args)
  }
}
