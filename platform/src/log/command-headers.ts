import { header } from './headers.js'

export interface CommandRecordFacts {
  /** `ce_source`: who sends it. */
  source: string
  /** ce_id, one per request. */
  id: string
  /** Full record name. */
  name: string
  showId: string
  commandId: string
  bodyHash: string
  callerId: string
  correlationId: string
  traceparent: string | null
  /** UTC ms. */
  now: number
  /** UTC ms. */
  deadline: number
}

export function createCommandHeaders(facts: CommandRecordFacts): Record<string, string> {
  return {
    [header.id]: facts.id,
    [header.type]: facts.name,
    [header.source]: facts.source,
    [header.subject]: facts.showId,
    [header.time]: new Date(facts.now).toISOString(),
    [header.specVersion]: '1.0',
    [header.commandId]: facts.commandId,
    [header.bodyHash]: facts.bodyHash,
    [header.callerId]: facts.callerId,
    [header.deadline]: String(facts.deadline),
    [header.correlationId]: facts.correlationId,
    ...(facts.traceparent === null ? {} : { [header.traceparent]: facts.traceparent }),
  }
}
