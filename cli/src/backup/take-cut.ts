import { randomUUID } from 'node:crypto'
import { topicNames } from '@onsale/platform/log'
import type { RawLog } from '@onsale/platform/raw-log'
import type { Kafka } from 'kafkajs'
import { CommandError } from '../command.js'
import { backupFormat, type Cut, digest } from './backup-files.js'

type Admin = ReturnType<Kafka['admin']>

/**
 * Where the copy ends, with the sale running. First the journals, each partition at the end of what is committed; then everything else:
 * so the commands that a journal answers and the plans that it speaks of are in the copy, and a command behind it is one that waits.
 * Snapshots are made anew.
 */
export async function takeCut(
  { admin, raw }: { admin: Admin; raw: RawLog },
  { env, variables, chunkBytes }: { env: string; variables: Record<string, string>; chunkBytes: number },
): Promise<Cut> {
  const { queue, plans, ...shows } = topicNames(env)
  const all = [shows.events, queue.events, shows.commands, queue.commands, shows.parked, queue.parked, plans]
  const existing = new Set(await admin.listTopics())
  const missing = all.filter((name) => !existing.has(name))
  if (missing.length > 0) throw new CommandError(`there is no topic ${missing.join(', ')}: nothing to back up`, 2)
  const metadata = await admin.fetchTopicMetadata({ topics: all })
  const takenAt = Date.now()
  const topics: Cut['topics'] = []
  for (const name of all) {
    const numbers =
      metadata.topics.find((it) => it.name === name)?.partitions.map(({ partitionId }) => partitionId) ?? []
    const partitions = []
    for (const partition of numbers.sort((a, b) => a - b)) {
      const { start, committed } = await raw.ends({ topic: name, partition })
      partitions.push({ partition, start, end: committed })
    }
    topics.push({ topic: name.slice(env.length + 1), partitions })
  }
  return {
    format: backupFormat,
    id: randomUUID(),
    env,
    takenAt,
    chunkBytes,
    secrets: fingerprintOf(variables),
    topics,
  }
}

/** Of the secrets without which the log is not what it was. */
export const fingerprintOf = ({ ONSALE_KEY_SECRET = '', ONSALE_DRAW_SECRET = '' }: Record<string, string>): string =>
  digest(Buffer.from(`onsale backup: ${ONSALE_KEY_SECRET} ${ONSALE_DRAW_SECRET}`))
