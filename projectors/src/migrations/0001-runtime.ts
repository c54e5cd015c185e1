import type { Migration } from '@onsale/platform/sql'

/** Checkpoints and stream versions of every projection; written by the runtime alone. */
export const runtimeTables: Migration = {
  name: '0001-runtime',
  async up(knex) {
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS projection_checkpoint (
        projection     VARCHAR(40)  NOT NULL,
        version        INT          NOT NULL,
        topic          VARCHAR(120) NOT NULL,
        partition_no   INT          NOT NULL,
        next_offset    BIGINT       NOT NULL COMMENT 'of the next record to apply',
        claim_id       VARCHAR(64)  NULL     COMMENT 'claim in force at next_offset',
        command_offset BIGINT       NULL     COMMENT 'of the command answered last',
        updated_at     BIGINT       NOT NULL COMMENT 'wall clock of the projector, UTC ms',
        PRIMARY KEY (projection, version, topic, partition_no)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS projection_stream (
        projection     VARCHAR(40) NOT NULL,
        version        INT         NOT NULL,
        stream         VARCHAR(80) NOT NULL,
        stream_version BIGINT      NOT NULL COMMENT 'of the last event applied',
        PRIMARY KEY (projection, version, stream)
      ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  },
}
