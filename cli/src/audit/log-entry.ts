/** A record of the log as the audit reads it: headers as text, the value still encoded. */
export interface LogEntry {
  partition: number
  offset: number
  /** Broker's LogAppendTime, UTC ms. */
  appendedAt: number
  headers: Readonly<Record<string, string>>
  value: Buffer
}

export interface DecodedEntry extends LogEntry {
  /** Full Avro name of the value. */
  name: string
  data: unknown
}

/** A whole number in a header; null where there is none or it is something else. */
export function numberIn(entry: LogEntry, name: string): number | null {
  const text = entry.headers[name]
  return text !== undefined && /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : null
}

/** What the audit needs to know of a command: its value is never read. */
export interface CommandEntry {
  id: string | null
  commandId: string | null
  subject: string | null
}

/** The commands of one partition that retention has left, and where they begin and end (exclusive). */
export interface CommandLog {
  start: number
  end: number
  at(offset: number): CommandEntry | null
}
