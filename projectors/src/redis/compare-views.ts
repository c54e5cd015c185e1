import { ownKey, viewPrefix } from '@onsale/platform/redis-views'
import type { Redis } from 'ioredis'

/** What one version has of a stream, by key without prefix: fields, members or cells. */
export type StreamContent = Map<string, Map<string, string>>

export interface StreamLook {
  stream: string
  /** Both copies are at the same place of the log. */
  level: boolean
  before: StreamContent
  after: StreamContent
}

/**
 * Both versions of a stream, and where they are, of one moment. KEYS: pointer (for the slot). ARGV: prefix, numbers of the versions, stream, then keys.
 * Answers for each version its stream version, next offset, and the content of each key.
 */
const lookScript = `
local found = {}
for v = 2, 3 do
  local p = ARGV[1] .. 'v' .. ARGV[v] .. ':'
  local one = {redis.call('HGET', p .. '${ownKey.streams}', ARGV[4]) or '', redis.call('HGET', p .. '${ownKey.checkpoint}', 'next') or ''}
  for i = 5, #ARGV do
    local key = p .. ARGV[i]
    local kind = redis.call('TYPE', key).ok
    local content = {}
    if kind == 'hash' then content = redis.call('HGETALL', key)
    elseif kind == 'zset' then content = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    elseif kind == 'set' then content = redis.call('SMEMBERS', key)
    elseif kind == 'string' then content = {redis.call('GET', key)} end
    one[#one + 1] = {kind, content}
  end
  found[#found + 1] = one
end
return found
`

type Answer = [Buffer, Buffer, ...[Buffer, Buffer[]][]]
type Scripts = Redis & { viewLookBuffer(key: string, ...args: (string | number)[]): Promise<[Answer, Answer]> }

/** Looks at every stream that either version has in the partition. */
export async function* lookAtStreams(
  redis: Redis,
  env: string,
  place: { projection: string; partition: number },
  [before, after]: [number, number],
): AsyncIterable<StreamLook> {
  redis.defineCommand('viewLook', { numberOfKeys: 1, lua: lookScript })
  const scripts = redis as Scripts
  const prefix = viewPrefix(env, place)
  const keysOf = new Map<string, Set<string>>()
  for (const version of [before, after]) {
    for (const stream of await redis.hkeys(`${prefix}v${version}:${ownKey.streams}`))
      if (!keysOf.has(stream)) keysOf.set(stream, new Set())
    for (const key of await redis.smembers(`${prefix}v${version}:${ownKey.keys}`)) {
      const stream = key.split(':')[1] ?? ''
      if (!key.startsWith('!')) keysOf.set(stream, (keysOf.get(stream) ?? new Set()).add(key))
    }
  }
  for (const [stream, keySet] of keysOf) {
    const keys = [...keySet].sort()
    const [a, b] = await scripts.viewLookBuffer(`${prefix}serving`, prefix, before, after, stream, ...keys)
    const [versionA, nextA, ...was] = a
    const [versionB, nextB, ...is] = b
    const isLevel = (x: Buffer, y: Buffer) => x.length > 0 && x.equals(y)
    yield {
      stream,
      level: isLevel(versionA, versionB) || isLevel(nextA, nextB),
      before: contentOf(keys, was),
      after: contentOf(keys, is),
    }
  }
}

function contentOf(keys: readonly string[], answers: [Buffer, Buffer[]][]): StreamContent {
  const content: StreamContent = new Map()
  for (const [at, key] of keys.entries()) {
    const [kind, parts] = answers[at] as [Buffer, Buffer[]]
    const fields = fieldsOf(kind.toString(), parts)
    if (fields.size > 0) content.set(key, fields)
  }
  return content
}

function fieldsOf(kind: string, parts: Buffer[]): Map<string, string> {
  const fields = new Map<string, string>()
  if (kind === 'string') {
    // Cells that are zero and cells that are not there are the same.
    for (const [at, byte] of (parts[0] ?? Buffer.alloc(0)).entries())
      for (let cell = 0; cell < 4; cell += 1) {
        const value = (byte >> (6 - 2 * cell)) & 3
        if (value > 0) fields.set(`cell ${at * 4 + cell}`, String(value))
      }
  } else if (kind === 'set') for (const member of parts) fields.set(member.toString(), '')
  else for (let at = 0; at < parts.length; at += 2) fields.set(`${parts[at]}`, `${parts[at + 1]}`)
  return fields
}
