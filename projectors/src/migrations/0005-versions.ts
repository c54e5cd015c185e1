import type { Migration } from '@onsale/platform/sql'

const options = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

/**
 * Which versions of each read model there are, and which one readers are shown. From here on no migration changes the tables
 * of a read model: another layout is another revision of the projection, whose table is made by a rebuild.
 */
export const versions: Migration = {
  name: '0005-versions',
  async up(knex) {
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS projection_version (
        projection  VARCHAR(40)  NOT NULL,
        version     INT          NOT NULL,
        revision    INT          NOT NULL COMMENT 'of the code that feeds it',
        state       VARCHAR(8)   NOT NULL COMMENT 'building, live (fed for readers or for a rollback), dropping, dropped',
        paused      TINYINT      NOT NULL DEFAULT 0,
        throttle    INT          NULL     COMMENT 'events a second at most while it is being built',
        created_at  BIGINT       NOT NULL COMMENT 'UTC ms',
        created_by  VARCHAR(64)  NOT NULL,
        ended_at    BIGINT       NULL     COMMENT 'when it was dropped',
        worker      VARCHAR(120) NULL     COMMENT 'the process that builds it',
        term        BIGINT       NOT NULL DEFAULT 0 COMMENT 'grows with each process that takes the building over',
        seen_at     BIGINT       NULL     COMMENT 'sign of life of the worker, clock of this server, UTC ms',
        slowed_ms   INT          NOT NULL DEFAULT 0 COMMENT 'pause between batches for the sake of the live ones',
        PRIMARY KEY (projection, version)
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS projection_serving (
        projection  VARCHAR(40) NOT NULL PRIMARY KEY,
        version     INT         NOT NULL,
        previous    INT         NULL     COMMENT 'where a rollback goes',
        switched_at BIGINT      NOT NULL,
        switched_by VARCHAR(64) NOT NULL
      ) ${options}`)
    for (const projection of ['shows', 'seats', 'reservations', 'command_status', 'sales_per_minute', 'venues']) {
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
