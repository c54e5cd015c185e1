import type { RowDataPacket } from 'mysql2/promise'
import { isoTime } from '../http/fields.js'
import type { ShowBody } from './response.js'

export interface ShowRow extends RowDataPacket {
  show_id: string
  plan_hash: string
  venue: string
  title: string
  currency: string
  categories: string
  per_customer_limit: number
  hold_ms: number
  sales_from: number
  sales_until: number
  starts_at: number
  capacity: number
  held: number
  sold: number
}

export const showColumns =
  'show_id, plan_hash, venue, title, currency, categories, per_customer_limit, hold_ms, sales_from, sales_until, starts_at, capacity, held, sold'

export const toShow = (row: ShowRow): ShowBody => ({
  showId: row.show_id,
  title: row.title,
  venue: row.venue,
  planHash: row.plan_hash,
  currency: row.currency,
  categories: JSON.parse(row.categories),
  perCustomerLimit: row.per_customer_limit,
  holdSeconds: row.hold_ms / 1_000,
  salesFrom: isoTime(row.sales_from),
  salesUntil: isoTime(row.sales_until),
  startsAt: isoTime(row.starts_at),
  capacity: row.capacity,
  free: row.capacity - row.held - row.sold,
  held: row.held,
  sold: row.sold,
})
