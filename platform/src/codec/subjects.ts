import { type SchemaEntry, type SchemaKind, schemas } from '@onsale/schemas'
import { topicNames } from '../log/topics.js'
import type { Compatibility } from './registry-client.js'

/** Everything that readers meet for ever must be readable both ways for ever; commands live for days. */
export const compatibilityOf: Record<SchemaKind, Compatibility> = {
  command: 'FULL',
  event: 'FULL_TRANSITIVE',
  journal: 'FULL_TRANSITIVE',
  catalog: 'FULL_TRANSITIVE',
}

export interface Subject {
  /** `<topic>-<full record name>` (TopicRecordNameStrategy). */
  subject: string
  entry: SchemaEntry
}

/** The subject of every schema in the environment's topics. */
export function subjects(env: string): Subject[] {
  const topics = topicNames(env)
  const topicsOf = ({ kind, context, name }: SchemaEntry): string[] => {
    if (kind === 'journal') return [topics.events, topics.queue.events]
    if (context === 'reservation') return [kind === 'command' ? topics.commands : topics.events]
    if (context === 'queue') return [kind === 'command' ? topics.queue.commands : topics.queue.events]
    if (context === 'snapshots') return [topics.snapshots, topics.queue.snapshots]
    if (context === 'venue') return [topics.plans]
    throw new Error(`no topic holds ${name}`)
  }
  return [...schemas.values()].flatMap((entry) =>
    topicsOf(entry).map((topic) => ({ subject: `${topic}-${entry.name}`, entry })),
  )
}
