import type { Migration } from '@onsale/platform/sql'
import { addColumns } from './add-columns.js'

const options = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
const where = `
        projection     VARCHAR(40)   NOT NULL,
        version        INT           NOT NULL,
        topic          VARCHAR(120)  NOT NULL,
        partition_no   INT           NOT NULL,`

/** Streams that a projection cannot go on with, and their events from there on: places in the log, never copies of it. */
export const parking: Migration = {
  name: '0003-parking',
  async up(knex) {
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS parked_stream (${where}
        stream         VARCHAR(80)   NOT NULL,
        first_offset   BIGINT        NOT NULL COMMENT 'what is shown of the stream ends before this',
        reason         VARCHAR(32)   NOT NULL,
        detail         VARCHAR(1000) NOT NULL,
        missing        BIGINT        NOT NULL COMMENT 'events that a gap leaves out',
        parked_at      BIGINT        NOT NULL COMMENT 'wall clock of the projector, UTC ms',
        attempts       INT           NOT NULL DEFAULT 0 COMMENT 'redrives that ended parked again',
        redrive_at     BIGINT        NULL     COMMENT 'when a redrive was asked for; null where none is',
        redrive_by     VARCHAR(64)   NULL,
        PRIMARY KEY (projection, version, topic, partition_no, stream),
        KEY by_stream (stream)
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS parked_event (${where}
        offset_no      BIGINT        NOT NULL,
        claim_id       VARCHAR(64)   NOT NULL COMMENT 'under which it counts',
        stream         VARCHAR(80)   NOT NULL,
        stream_version BIGINT        NULL,
        name           VARCHAR(200)  NULL     COMMENT 'as the record says; null where it does not',
        parked_at      BIGINT        NOT NULL,
        PRIMARY KEY (projection, version, topic, partition_no, offset_no),
        KEY in_order (projection, version, topic, partition_no, stream, offset_no)
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS dropped_event (${where}
        offset_no      BIGINT        NOT NULL,
        claim_id       VARCHAR(64)   NOT NULL,
        stream         VARCHAR(80)   NOT NULL,
        stream_version BIGINT        NULL,
        name           VARCHAR(200)  NULL,
        reason         VARCHAR(32)   NOT NULL COMMENT 'why it was parked',
        detail         VARCHAR(1000) NOT NULL,
        dropped_at     BIGINT        NOT NULL,
        dropped_by     VARCHAR(64)   NOT NULL,
        why            VARCHAR(1000) NOT NULL COMMENT 'of the operator',
        PRIMARY KEY (projection, version, topic, partition_no, offset_no),
        KEY by_stream (stream)
      ) ${options}`)
    await addColumns(knex, 'projection_checkpoint', {
      epoch: "BIGINT NOT NULL DEFAULT 0 COMMENT 'grows where a redrive changes what is parked'",
    })
    await addColumns(knex, 'projection_stream', {
      incomplete: "TINYINT NOT NULL DEFAULT 0 COMMENT '1 where an operator dropped an event of it'",
      may_follow: "BIGINT NULL COMMENT 'version of the event dropped last: the next one may follow it'",
    })
  },
}
