import { header, type ParkedRecord, type RawRecord } from '@onsale/platform/log'

/**
 * The records of the parked-commands topic. A parked command is the command, byte for byte, with its own headers behind a
 * prefix, so that none of them can pass for one of ours. What an operator decides about it is a record of the same
 * partition after it: nothing is ever taken away.
 */
export const parkedType = {
  parked: 'onsale.parked.CommandParked',
  redriven: 'onsale.parked.CommandRedriven',
  dropped: 'onsale.parked.CommandDropped',
} as const

const own = {
  /** Why it could not be read, or why it was dropped: a code. */
  reason: 'reason',
  /** Where the command lay: its identity from here on. */
  commandPartition: 'command-partition',
  commandOffset: 'command-offset',
  /** Broker's time of the command, UTC ms. */
  appendedAt: 'appended-at',
  parkedAt: 'parked-at',
  /** `none` where the command had no value at all, which is not the same as an empty one. */
  commandValue: 'command-value',
  decidedBy: 'decided-by',
  decidedAt: 'decided-at',
  /** Offset in the commands topic that a redriven command has now. */
  redrivenTo: 'redriven-to',
} as const
const originalPrefix = 'original-'

type Headers = ParkedRecord['headers']

/** A command that could not be read, and what became of it. */
export interface ParkedCommand {
  partition: number
  /** Of the command; with the partition, its name for an operator. */
  offset: number
  /** `ce_id` of the parked record. */
  id: string
  reason: string
  /** UTC ms. */
  appendedAt: number
  parkedAt: number
  key: string | null
  value: Buffer | null
  /** As the command had them. */
  headers: Headers
  decision: ParkedDecision | null
}

export interface ParkedDecision {
  kind: 'redriven' | 'dropped'
  by: string
  /** UTC ms. */
  at: number
  /** Of a drop. */
  reason: string | null
  /** Of a redrive: where the command lies now. */
  offset: number | null
}

export function toParkedRecord(
  command: RawRecord,
  { id, reason, now, source }: { id: string; reason: string; now: number; source: string },
): ParkedRecord {
  const original: Headers = {}
  for (const [name, value] of Object.entries(command.headers))
    if (value !== undefined) original[`${originalPrefix}${name}`] = value
  return {
    key: command.key,
    value: command.value,
    headers: {
      ...original,
      ...cloudEvent(parkedType.parked, id, source, now),
      [own.reason]: reason,
      [own.commandPartition]: `${command.partition}`,
      [own.commandOffset]: `${command.offset}`,
      [own.appendedAt]: `${command.appendedAt}`,
      [own.parkedAt]: `${now}`,
      ...(command.value === null ? { [own.commandValue]: 'none' } : {}),
    },
  }
}

export function toDecisionRecord(
  { partition, offset, key }: Pick<ParkedCommand, 'partition' | 'offset' | 'key'>,
  id: string,
  decision: ParkedDecision,
): ParkedRecord {
  return {
    key,
    value: null,
    headers: {
      ...cloudEvent(parkedType[decision.kind], id, '/parked-commands', decision.at),
      [own.commandPartition]: `${partition}`,
      [own.commandOffset]: `${offset}`,
      [own.decidedBy]: decision.by,
      [own.decidedAt]: `${decision.at}`,
      ...(decision.reason === null ? {} : { [own.reason]: decision.reason }),
      ...(decision.offset === null ? {} : { [own.redrivenTo]: `${decision.offset}` }),
    },
  }
}

/**
 * The parked commands of a topic's records, read in order. The first record of each kind counts: an owner whose claim was
 * over may have parked a command again, and two operators may have decided about the same one.
 */
export function foldParked(records: Iterable<RawRecord>): ParkedCommand[] {
  const found = new Map<string, ParkedCommand>()
  for (const record of records) {
    const partition = numberIn(record, own.commandPartition)
    const offset = numberIn(record, own.commandOffset)
    if (partition === null || offset === null) continue
    const name = `${partition}/${offset}`
    const known = found.get(name)
    const type = textIn(record, header.type)
    if (type === parkedType.parked) {
      if (!known) found.set(name, parkedCommand(record, partition, offset))
    } else if (known && known.decision === null) known.decision = decisionOf(record, type)
  }
  return [...found.values()]
}

function parkedCommand(record: RawRecord, partition: number, offset: number): ParkedCommand {
  const headers: Headers = {}
  for (const [name, value] of Object.entries(record.headers))
    if (value !== undefined && name.startsWith(originalPrefix)) headers[name.slice(originalPrefix.length)] = value
  return {
    partition,
    offset,
    id: textIn(record, header.id) ?? '',
    reason: textIn(record, own.reason) ?? 'unknown',
    appendedAt: numberIn(record, own.appendedAt) ?? record.appendedAt,
    parkedAt: numberIn(record, own.parkedAt) ?? record.appendedAt,
    key: record.key,
    value: textIn(record, own.commandValue) === 'none' ? null : (record.value ?? Buffer.alloc(0)),
    headers,
    decision: null,
  }
}

function decisionOf(record: RawRecord, type: string | null): ParkedDecision | null {
  const kind = type === parkedType.redriven ? 'redriven' : type === parkedType.dropped ? 'dropped' : null
  return (
    kind && {
      kind,
      by: textIn(record, own.decidedBy) ?? 'unknown',
      at: numberIn(record, own.decidedAt) ?? record.appendedAt,
      reason: textIn(record, own.reason),
      offset: numberIn(record, own.redrivenTo),
    }
  )
}

const cloudEvent = (type: string, id: string, source: string, now: number) => ({
  [header.specVersion]: '1.0',
  [header.id]: id,
  [header.type]: type,
  [header.source]: source,
  [header.time]: new Date(now).toISOString(),
})

function textIn({ headers }: RawRecord, name: string): string | null {
  const value = headers[name]
  return value === undefined || Array.isArray(value) ? null : value.toString()
}

function numberIn(record: RawRecord, name: string): number | null {
  const text = textIn(record, name)
  return text !== null && /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : null
}
