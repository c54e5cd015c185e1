import type { StackConnection } from '@onsale/infra'
import type { ApiClient } from '../api/client.js'
import { bodyOf } from '../api/problem-line.js'
import type { Audit } from '../audit/audit.js'
import { placeOf } from '../audit/violation.js'
import { auditStack } from '../audit-stack.js'
import type { ClientRecord } from './client-record.js'
import { reconcile } from './reconcile.js'

/** What the demo has to answer for, all of it counted. */
export interface Outcome {
  /** From the replica, through the query API. */
  capacity: number
  sold: number
  free: number
  held: number
  /** From the recount of the log. */
  oversold: number
  buyers: number
  /** Buyers whose every command got a final answer. */
  answered: number
  /** Commands that were acknowledged and are not in the log. */
  lost: number
  readModelEqualsLog: boolean
  /** What was recounted. */
  audit: Audit
  /** One line each: whatever the recount has to say against it. */
  objections: string[]
}

export interface OutcomeSources {
  connection: StackConnection
  api: ApiClient
  showId: string
  record: ClientRecord
  buyers: number
}

export async function countOutcome({ connection, api, showId, record, buyers }: OutcomeSources): Promise<Outcome> {
  const { violations, parked, dropped, log } = await auditStack(connection, { againstReadModel: true })
  const notShown = [...parked, ...dropped].filter(({ show }) => show === showId)
  const partition = Number(showId.split('.')[0])
  const counted = log.audit.partitions.get(partition)?.shows.get(showId)
  const { lost, unknown } = reconcile(record.commands, counted?.reservations ?? new Map())
  const headers: Record<string, string> = record.lastPosition ? { 'onsale-position': record.lastPosition } : {}
  const show = bodyOf<{ capacity: number; held: number; sold: number }>(
    'the show',
    await api.get(`/api/shows/${showId}`, headers),
  )
  const unanswered = record.unanswered()
  const objections = [
    ...violations.map((violation) => `${violation.invariant} at ${placeOf(violation)}: ${violation.detail}`),
    ...notShown.map(
      ({ projection, partition: at, offset }) => `${projection} goes without the event at ${at}/${offset}`,
    ),
    ...lost.map(({ operation, buyer, reservationId }) => `lost: ${operation} of ${buyer}, ${reservationId}`),
    ...unknown.map((reservationId) => `nobody was told of reservation ${reservationId}`),
    ...[...unanswered].map((buyer) => `${buyer} waits for an answer`),
  ]
  return {
    capacity: show.capacity,
    sold: show.sold,
    free: show.capacity - show.sold - show.held,
    held: show.held,
    oversold: violations.filter((violation) => violation.show === showId && isOversale(violation.invariant)).length,
    buyers,
    answered: buyers - unanswered.size,
    lost: lost.length,
    readModelEqualsLog:
      notShown.length === 0 && !violations.some(({ invariant }) => invariant.startsWith('read-model-')),
    audit: log.audit,
    objections,
  }
}

const isOversale = (invariant: string) => invariant === 'oversold' || invariant === 'seat-two-owners'
