import type { RowDataPacket } from 'mysql2/promise'
import { isoTime } from '../http/fields.js'
import { priced } from '../http/prices.js'
import type { ShowBody } from './response.js'

export interface ShowRow extends RowDataPacket {
  show_id: string
  plan_hash: string
  venue: string
  title: string
  currency: string
  categories: string
  prices: string
  per_customer_limit: number
  hold_ms: number
  sales_from: number
  sales_until: number
  starts_at: number
  capacity: number
  held: number
  sold: number
  orphan_rule: ShowBody['orphanRule']
  published_at: number | null
  paused_at: number | null
  pause_reason: string | null
  cancelled_at: number | null
  cancel_reason: string | null
}

export const showColumns =
  'show_id, plan_hash, venue, title, currency, categories, prices, per_customer_limit, hold_ms, sales_from, sales_until, starts_at, capacity, held, sold, orphan_rule, published_at, paused_at, pause_reason, cancelled_at, cancel_reason'

export const toShow = (row: ShowRow): ShowBody => ({
  showId: row.show_id,
  title: row.title,
  ...stateOf(row),
  venue: row.venue,
  planHash: row.plan_hash,
  currency: row.currency,
  categories: priced(row),
  perCustomerLimit: row.per_customer_limit,
  holdSeconds: row.hold_ms / 1_000,
  orphanRule: row.orphan_rule,
  salesFrom: isoTime(row.sales_from),
  salesUntil: isoTime(row.sales_until),
  startsAt: isoTime(row.starts_at),
  capacity: row.capacity,
  free: row.capacity - row.held - row.sold,
  held: row.held,
  sold: row.sold,
})

function stateOf(row: ShowRow): Pick<ShowBody, 'state' | 'stateReason'> {
  const because = (reason: string | null) => (reason === null ? {} : { stateReason: reason })
  if (row.cancelled_at !== null) return { state: 'cancelled', ...because(row.cancel_reason) }
  if (row.published_at === null) return { state: 'unpublished' }
  return row.paused_at === null ? { state: 'published' } : { state: 'paused', ...because(row.pause_reason) }
}
