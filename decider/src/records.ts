import type { CommandEnvelope, DecidedRecord, FoldableRecord } from '@onsale/domain'
import { type Codec, MalformedValueError, UnknownSchemaError } from '@onsale/platform/codec'
import {
  type CountedRecord,
  decodeJournal,
  header,
  headerNumber,
  headerText,
  type OwnedRecord,
  ownerClaimedName,
  type RawRecord,
} from '@onsale/platform/log'
import type { Ids } from '@onsale/platform/ports'
import { recordName, schemas } from '@onsale/schemas'

/** Full record name → type, of every command that there is. Which of them a partition decides is for its streams to say. */
const commandTypes = new Map(
  [...schemas.values()].flatMap(({ kind, name, schema }) => (kind === 'command' ? [[name, schema.name] as const] : [])),
)

/** Why a value cannot be read: a code that goes with the parked command. */
export type Unreadable = 'value-missing' | 'value-malformed' | 'schema-unknown' | 'not-a-command'

/** What a command record says before anything is decided. A value that cannot be read leaves `data` null: it will be refused as malformed. */
export async function toEnvelope(
  codec: Codec,
  record: RawRecord,
): Promise<{ envelope: CommandEnvelope; unreadable: Unreadable | null }> {
  const read = await readCommand(codec, record)
  const found = typeof read === 'string' ? null : read
  const envelope = {
    offset: record.offset,
    appendedAt: record.appendedAt,
    type: found?.type ?? null,
    data: found?.data ?? null,
    subject: headerText(record, header.subject),
    commandId: headerText(record, header.commandId),
    bodyHash: headerText(record, header.bodyHash),
    callerId: headerText(record, header.callerId),
    deadline: headerNumber(record, header.deadline),
  }
  return { envelope, unreadable: typeof read === 'string' ? read : null }
}

async function readCommand(codec: Codec, { value }: RawRecord): Promise<{ type: string; data: unknown } | Unreadable> {
  if (value === null || value.length === 0) return 'value-missing'
  try {
    const { name, data } = await codec.decode(value)
    const type = commandTypes.get(name)
    return type === undefined ? 'not-a-command' : { type, data }
  } catch (error) {
    if (error instanceof MalformedValueError) return 'value-malformed'
    if (error instanceof UnknownSchemaError) return 'schema-unknown'
    throw error
  }
}

export interface Appending {
  codec: Codec
  ids: Ids
  claimId: string
  /** `ce_source`: who decides. */
  source: string
}

/** The record as it is appended: encoded, with the headers of docs/architecture.md. */
export function toOwnedRecord(
  { codec, ids, claimId, source }: Appending,
  decided: DecidedRecord,
  cause: RawRecord | null,
): OwnedRecord {
  const name = recordName[decided.event.type]
  const headers: Record<string, string> = {
    [header.specVersion]: '1.0',
    [header.id]: ids.uuid(),
    [header.type]: name,
    [header.source]: source,
    [header.time]: new Date(decided.time).toISOString(),
    [header.claimId]: claimId,
  }
  const optional: [string, string | number | null][] = [
    [header.subject, decided.subject],
    [header.streamVersion, decided.streamVersion],
    [header.commandOffset, decided.commandOffset],
    [header.commandId, decided.commandId],
    [header.bodyHash, decided.bodyHash],
    [header.callerId, decided.callerId],
    [header.commandRecords, decided.commandRecords],
    // What time caused has no command behind it, even when a command's arrival moved the time.
    ...(cause !== null && decided.commandOffset !== null
      ? ([
          [header.causationId, headerText(cause, header.id)],
          [header.correlationId, headerText(cause, header.correlationId)],
          [header.traceparent, headerText(cause, header.traceparent)],
        ] as [string, string | null][])
      : []),
  ]
  for (const [key, value] of optional) if (value !== null) headers[key] = String(value)
  return { key: decided.subject, value: codec.encode(name, decided.event.data), headers }
}

export function toClaimRecord(
  { codec, ids, claimId, source }: Appending,
  claim: { owner: string; nextCommandOffset: number; claimedAt: number },
): OwnedRecord {
  return {
    key: null,
    value: codec.encode(ownerClaimedName, { claimId, ...claim }),
    headers: {
      [header.specVersion]: '1.0',
      [header.id]: ids.uuid(),
      [header.type]: ownerClaimedName,
      [header.source]: source,
      [header.time]: new Date(claim.claimedAt).toISOString(),
      [header.claimId]: claimId,
    },
  }
}

/** What a fold needs of a journal record. */
export async function toFoldable(codec: Codec, record: CountedRecord): Promise<FoldableRecord> {
  const journal = await decodeJournal(codec, record)
  return { ...journal, bodyHash: headerText(record, header.bodyHash) }
}
