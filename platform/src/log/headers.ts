/**
 * Headers of every record on *.commands and *.events: CloudEvents' Kafka binary binding and ours. Values are UTF-8
 * strings, numbers in decimal.
 */
export const header = {
  /** CloudEvents id: of a command, one per request (UUIDv7; the same when that request is sent again); of an event, UUIDv7-shaped and unique. */
  id: 'ce_id',
  /** Full Avro record name, e.g. onsale.reservation.events.SeatsHeld. */
  type: 'ce_type',
  source: 'ce_source',
  /** Stream id (show id). */
  subject: 'ce_subject',
  /** RFC 3339, UTC. */
  time: 'ce_time',
  specVersion: 'ce_specversion',
  /** Idempotency identity of a command: from HMAC(caller, operation, show, key). Many requests can carry the same one. */
  commandId: 'command-id',
  /** SHA-256 (hex) of the canonical request body: tells a repeated request from a reused key. */
  bodyHash: 'body-hash',
  /** Opaque id of who asks. On the command and on what answers it. */
  callerId: 'caller-id',
  /** UTC ms: not to be executed later than this. */
  deadline: 'deadline',
  /** Only on events: the claim under which the record was appended. */
  claimId: 'claim-id',
  /** Only on domain events: version of the event in its stream, from 1 without gaps. */
  streamVersion: 'stream-version',
  /** Only on events that answer a command: its offset in the commands topic. */
  commandOffset: 'command-offset',
  /** Only on the first event of a command, its answer: how many records the command left here, this one included (contiguous offsets). */
  commandRecords: 'command-records',
  correlationId: 'correlation-id',
  /** On an event: ce_id of the command record that caused it; absent where time caused it. */
  causationId: 'causation-id',
  traceparent: 'traceparent',
} as const

export type HeaderName = (typeof header)[keyof typeof header]
