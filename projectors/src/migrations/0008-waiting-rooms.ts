import type { Migration } from '@onsale/platform/sql'

/** The first versions of what is made from the waiting rooms' journal. */
export const waitingRooms: Migration = {
  name: '0008-waiting-rooms',
  async up(knex) {
    await knex.raw('CREATE TABLE IF NOT EXISTS room_command_status_v1 LIKE command_status_v1')
    for (const projection of ['room_command_status', 'waiting_room']) {
      await knex.raw(
        "INSERT IGNORE INTO projection_version (projection, version, revision, state, created_at, created_by) VALUES (?, 1, 1, 'live', 0, 'migration')",
        [projection],
      )
      await knex.raw(
        "INSERT IGNORE INTO projection_serving (projection, version, switched_at, switched_by) VALUES (?, 1, 0, 'migration')",
        [projection],
      )
    }
  },
}
