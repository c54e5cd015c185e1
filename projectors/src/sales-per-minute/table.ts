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
  name: 'sales_per_minute',
  key: ['show_id', 'minute'],
  columns: ['show_id', 'minute', 'held_places', 'let_go_places', 'sold_places', 'sold_minor', 'cancelled_places'],
  madeFrom: { stream: 'show_id' },
  layout: `
    show_id          VARCHAR(41) NOT NULL,
    minute           BIGINT      NOT NULL,
    held_places      INT         NOT NULL,
    let_go_places    INT         NOT NULL,
    sold_places      INT         NOT NULL,
    sold_minor       BIGINT      NOT NULL,
    cancelled_places INT         NOT NULL,
    PRIMARY KEY (show_id, minute)`,
})
