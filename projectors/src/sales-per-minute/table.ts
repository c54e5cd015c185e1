import { defineTable } from '../runtime/index.js'

export interface SalesMinuteRow {
  show_id: string
  /** Its beginning, UTC ms. */
  minute: number
  held_places: number
  /** Of holds released, expired or cancelled. */
  let_go_places: number
  sold_places: number
  sold_minor: number
  /** Sold before, cancelled in this minute. */
  cancelled_places: number
}

export const salesPerMinute = defineTable<SalesMinuteRow>()({
  name: 'sales_per_minute_v1',
  key: ['show_id', 'minute'],
  columns: ['show_id', 'minute', 'held_places', 'let_go_places', 'sold_places', 'sold_minor', 'cancelled_places'],
})
