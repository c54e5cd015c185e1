import type { Redis } from 'ioredis'
import type { StreamState } from '../read-model/stream-state.js'
import { ownKey, servingKey, type ViewPlace, viewPrefix } from './view-keys.js'

/**
 * What a view reads: Lua that gives an array. It is given `p`, before each of the version's keys, `s`, the stream, and its
 * arguments as `a`; it may touch keys that begin with `p` alone, and only read.
 */
export interface ViewScript {
  name: string
  lua: string
}

/** Version, checkpoint, the stream's state and what the script read, all of one moment. */
export interface ViewSnapshot<Result> {
  /** Of the read model. */
  version: number
  /** Offset of the journal that the view applies next. */
  nextOffset: number
  /** Version of the stream; null where the view has not seen it. */
  streamVersion: number | null
  state: StreamState
  result: Result
}

const preamble = `
local version = redis.call('GET', KEYS[1])
if not version then return false end
local p = ARGV[1] .. 'v' .. version .. ':'
local s = ARGV[2]
local checkpoint = redis.call('HMGET', p .. '${ownKey.checkpoint}', 'next', 'topic')
if not checkpoint[1] then return false end
local a = {}
for i = 3, #ARGV do a[i - 2] = ARGV[i] end
local function read() `

const ending = `
end
return {version, checkpoint[1], checkpoint[2] or '', redis.call('HGET', p .. '${ownKey.streams}', s) or '',
  redis.call('HGET', p .. '${ownKey.parked}', s) or '', redis.call('SISMEMBER', p .. '${ownKey.incomplete}', s), read()}`

type Run = (...args: (string | number)[]) => Promise<unknown[] | null>

/** Reads Redis views, from a replica or whatever server it is given. */
export class ViewReader {
  private readonly known = new Set<string>()

  constructor(
    private readonly redis: Redis,
    private readonly env: string,
  ) {}

  /**
   * Null where there is no such view, or none any more. Parts of the result are as Redis keeps them: buffers.
   * @throws what the connection throws
   */
  async read(
    place: ViewPlace,
    stream: string,
    script: ViewScript,
    args: (string | number)[] = [],
  ): Promise<ViewSnapshot<unknown[]> | null> {
    const name = `view_${script.name}`
    if (!this.known.has(name)) {
      this.redis.defineCommand(name, { numberOfKeys: 1, lua: preamble + script.lua + ending, readOnly: true })
      this.known.add(name)
    }
    const run = (this.redis as unknown as Record<string, Run>)[`${name}Buffer`] as Run
    const found = await run.call(
      this.redis,
      ...[servingKey(this.env, place), viewPrefix(this.env, place), stream, ...args],
    )
    if (!found) return null
    const [version, next, topic, streamVersion, parked, incomplete, result] = found
    const from = text(parked)
    return {
      version: Number(text(version)),
      nextOffset: Number(text(next)),
      streamVersion: text(streamVersion) === '' ? null : Number(text(streamVersion)),
      state: {
        parkedFrom:
          from === ''
            ? null
            : {
                topic: text(topic),
                partition: place.partition,
                offset: (JSON.parse(from) as { firstOffset: number }).firstOffset,
              },
        incomplete: Number(incomplete) === 1,
      },
      result: result as unknown[],
    }
  }
}

const text = (value: unknown): string => (value as Buffer).toString('utf8')
