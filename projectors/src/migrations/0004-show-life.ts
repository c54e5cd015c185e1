import type { Migration } from '@onsale/platform/sql'
import { addColumns } from './add-columns.js'

type Knex = Parameters<Migration['up']>[0]

/**
 * What became of a show after it was scheduled, and a plan that changes under it. Rows of before stay right: their shows were
 * published when they were scheduled, and their prices, so far in the categories, are given a column of their own.
 */
export const showLife: Migration = {
  name: '0004-show-life',
  async up(knex) {
    const prices = "MEDIUMTEXT NULL COMMENT '[{category, priceMinor}]'"
    await addColumns(knex, 'shows_v1', {
      prices,
      orphan_rule: "VARCHAR(16) NOT NULL DEFAULT 'off'",
      published_at: 'BIGINT NULL',
      paused_at: 'BIGINT NULL',
      pause_reason: 'VARCHAR(64) NULL',
      cancelled_at: 'BIGINT NULL',
      cancel_reason: 'VARCHAR(64) NULL',
    })
    await knex.raw('UPDATE shows_v1 SET published_at = scheduled_at WHERE prices IS NULL')
    await fillPrices(knex, 'shows_v1')
    await addColumns(knex, 'seat_maps_v1', { prices, published: 'TINYINT NOT NULL DEFAULT 1' })
    await fillPrices(knex, 'seat_maps_v1')
    await knex.raw("ALTER TABLE seats_v1 MODIFY status VARCHAR(9) NOT NULL COMMENT 'free, held, sold, withdrawn'")
    await addColumns(knex, 'seats_v1', { accessible_use: "VARCHAR(10) NULL COMMENT 'wheelchair, companion'" })
    await addColumns(knex, 'reservations_v1', {
      notes: "VARCHAR(200) NOT NULL DEFAULT '[]' COMMENT 'JSON array: split, orphan-left'",
      extended_at: 'BIGINT NULL',
    })
  },
}

async function fillPrices(knex: Knex, table: 'shows_v1' | 'seat_maps_v1'): Promise<void> {
  for (const { show_id, categories } of await knex(table).whereNull('prices').select('show_id', 'categories')) {
    const prices = (JSON.parse(categories) as { id: string; priceMinor: number | null }[])
      .filter(({ priceMinor }) => priceMinor !== null)
      .map(({ id, priceMinor }) => ({ category: id, priceMinor }))
    await knex(table)
      .where({ show_id })
      .update({ prices: JSON.stringify(prices) })
  }
}
