import type { Migration } from '@onsale/platform/sql'

/** The seat map is kept in Redis; which versions of it there are, and which one is served, is kept with those of the others. */
export const seatMap: Migration = {
  name: '0006-seat-map',
  async up(knex) {
    await knex.raw(
      "INSERT IGNORE INTO projection_version (projection, version, revision, state, created_at, created_by) VALUES ('seat_map', 1, 1, 'live', 0, 'migration')",
    )
    await knex.raw(
      "INSERT IGNORE INTO projection_serving (projection, version, switched_at, switched_by) VALUES ('seat_map', 1, 0, 'migration')",
    )
  },
}
