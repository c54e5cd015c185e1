import type { Migration } from '@onsale/platform/sql'

/** Where each checkpoint stood against the log's end, every ten seconds of the last hour: a ring, so it never grows. */
export const checkpointHistory: Migration = {
  name: '0007-checkpoint-history',
  async up(knex) {
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS projection_history (
        projection   VARCHAR(40) NOT NULL,
        version      INT         NOT NULL,
        partition_no INT         NOT NULL,
        slot         INT         NOT NULL COMMENT 'of the ring',
        at           BIGINT      NOT NULL COMMENT 'wall clock of the projector, UTC ms',
        next_offset  BIGINT      NOT NULL,
        end_offset   BIGINT      NOT NULL COMMENT 'of the log (exclusive)',
        PRIMARY KEY (projection, version, partition_no, slot)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  },
}
