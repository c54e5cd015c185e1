import { defineTable } from '../runtime/index.js'

export interface ShowRow {
  show_id: string
  plan_hash: string
  venue: string
  title: string
  currency: string
  /** JSON: [{id, name, color, places}] of the plan */
  categories: string
  /** JSON: [{category, priceMinor}] */
  prices: string
  per_customer_limit: number
  hold_ms: number
  sales_from: number
  sales_until: number
  starts_at: number
  scheduled_at: number
  /** off, warn, refuse */
  orphan_rule: string
  /** Null: people do not see it yet. */
  published_at: number | null
  /** Null where sales are not paused. */
  paused_at: number | null
  pause_reason: string | null
  cancelled_at: number | null
  cancel_reason: string | null
  capacity: number
  held: number
  sold: number
}

export const shows = defineTable<ShowRow>()({
  name: 'shows',
  key: ['show_id'],
  columns: [
    'show_id',
    'plan_hash',
    'venue',
    'title',
    'currency',
    'categories',
    'prices',
    'per_customer_limit',
    'hold_ms',
    'sales_from',
    'sales_until',
    'starts_at',
    'scheduled_at',
    'orphan_rule',
    'published_at',
    'paused_at',
    'pause_reason',
    'cancelled_at',
    'cancel_reason',
    'capacity',
    'held',
    'sold',
  ],
  madeFrom: { stream: 'show_id' },
  layout: `
    show_id            VARCHAR(41)  NOT NULL PRIMARY KEY,
    plan_hash          CHAR(64)     NOT NULL,
    venue              VARCHAR(400) NOT NULL,
    title              VARCHAR(400) NOT NULL,
    currency           CHAR(3)      NOT NULL,
    categories         MEDIUMTEXT   NOT NULL,
    per_customer_limit INT          NOT NULL,
    hold_ms            INT          NOT NULL,
    sales_from         BIGINT       NOT NULL,
    sales_until        BIGINT       NOT NULL,
    starts_at          BIGINT       NOT NULL,
    scheduled_at       BIGINT       NOT NULL,
    capacity           INT          NOT NULL,
    held               INT          NOT NULL,
    sold               INT          NOT NULL,
    prices             MEDIUMTEXT   NULL,
    orphan_rule        VARCHAR(16)  NOT NULL DEFAULT 'off',
    published_at       BIGINT       NULL,
    paused_at          BIGINT       NULL,
    pause_reason       VARCHAR(64)  NULL,
    cancelled_at       BIGINT       NULL,
    cancel_reason      VARCHAR(64)  NULL,
    KEY by_start (starts_at, show_id)`,
})
