import { defineTable } from '../runtime/index.js'

export interface ShowRow {
  show_id: string
  plan_hash: string
  venue: string
  title: string
  currency: string
  /** JSON: [{id, name, color, priceMinor, places}] */
  categories: string
  per_customer_limit: number
  hold_ms: number
  sales_from: number
  sales_until: number
  starts_at: number
  scheduled_at: number
  capacity: number
  held: number
  sold: number
}

export const shows = defineTable<ShowRow>()({
  name: 'shows_v1',
  key: ['show_id'],
  columns: [
    'show_id',
    'plan_hash',
    'venue',
    'title',
    'currency',
    'categories',
    'per_customer_limit',
    'hold_ms',
    'sales_from',
    'sales_until',
    'starts_at',
    'scheduled_at',
    'capacity',
    'held',
    'sold',
  ],
})
