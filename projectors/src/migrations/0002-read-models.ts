import type { Migration } from '@onsale/platform/sql'

const options = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

/**
 * The first version of every read model. Times are UTC ms, money minor units. Lists are JSON in TEXT: the JSON type comes
 * back as text from MariaDB and as an object from MySQL. No foreign keys: each projection stands at an offset of its own.
 */
export const readModels: Migration = {
  name: '0002-read-models',
  async up(knex) {
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS shows_v1 (
        show_id            VARCHAR(41)  NOT NULL PRIMARY KEY,
        plan_hash          CHAR(64)     NOT NULL,
        venue              VARCHAR(400) NOT NULL,
        title              VARCHAR(400) NOT NULL,
        currency           CHAR(3)      NOT NULL,
        categories         MEDIUMTEXT   NOT NULL COMMENT '[{id, name, color, priceMinor, places}]',
        per_customer_limit INT          NOT NULL,
        hold_ms            INT          NOT NULL,
        sales_from         BIGINT       NOT NULL,
        sales_until        BIGINT       NOT NULL,
        starts_at          BIGINT       NOT NULL,
        scheduled_at       BIGINT       NOT NULL,
        capacity           INT          NOT NULL,
        held               INT          NOT NULL,
        sold               INT          NOT NULL,
        KEY by_start (starts_at, show_id)
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS seat_maps_v1 (
        show_id    VARCHAR(41) NOT NULL PRIMARY KEY,
        plan_hash  CHAR(64)    NOT NULL,
        currency   CHAR(3)     NOT NULL,
        categories MEDIUMTEXT  NOT NULL COMMENT '[{id, name, color, priceMinor}] in the order of the plan',
        sections   MEDIUMTEXT  NOT NULL COMMENT '[{id, name, rows: [{id, name, seats: count}]}]: seats_v1.ordinal counts through them',
        seats      INT         NOT NULL
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS seats_v1 (
        show_id        VARCHAR(41)  NOT NULL,
        seat_id        VARCHAR(128) NOT NULL,
        ordinal        INT          NOT NULL COMMENT 'place in the plan, from 0',
        section        VARCHAR(200) NOT NULL,
        row_name       VARCHAR(200) NOT NULL,
        number         VARCHAR(200) NOT NULL,
        category       VARCHAR(128) NOT NULL,
        x              DOUBLE       NOT NULL,
        y              DOUBLE       NOT NULL,
        status         CHAR(4)      NOT NULL COMMENT 'free, held, sold',
        reservation_id VARCHAR(78)  NULL,
        PRIMARY KEY (show_id, seat_id)
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS areas_v1 (
        show_id  VARCHAR(41)  NOT NULL,
        area_id  VARCHAR(128) NOT NULL,
        ordinal  INT          NOT NULL,
        name     VARCHAR(200) NOT NULL,
        category VARCHAR(128) NOT NULL,
        capacity INT          NOT NULL,
        held     INT          NOT NULL,
        sold     INT          NOT NULL,
        PRIMARY KEY (show_id, area_id)
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS reservations_v1 (
        reservation_id VARCHAR(78) NOT NULL PRIMARY KEY,
        show_id        VARCHAR(41) NOT NULL,
        customer_id    VARCHAR(64) NOT NULL,
        status         VARCHAR(9)  NOT NULL COMMENT 'held, confirmed, released, expired, cancelled',
        seats          MEDIUMTEXT  NOT NULL COMMENT '[{seat, category, priceMinor}]',
        areas          MEDIUMTEXT  NOT NULL COMMENT '[{area, quantity, category, priceMinor}], price of one place',
        currency       CHAR(3)     NOT NULL,
        total_minor    BIGINT      NOT NULL,
        held_at        BIGINT      NOT NULL,
        expires_at     BIGINT      NOT NULL,
        confirmed_at   BIGINT      NULL,
        confirmed_by   VARCHAR(64) NULL,
        ended_at       BIGINT      NULL COMMENT 'when it was released, expired or cancelled',
        end_reason     VARCHAR(64) NULL COMMENT 'of a cancellation'
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS command_status_v1 (
        command_id     VARCHAR(64)  NOT NULL PRIMARY KEY,
        outcome        VARCHAR(8)   NOT NULL COMMENT 'accepted, rejected',
        reason         VARCHAR(64)  NULL,
        details        MEDIUMTEXT   NOT NULL COMMENT 'JSON array',
        caller_id      VARCHAR(64)  NULL,
        subject        VARCHAR(80)  NULL,
        reservation_id VARCHAR(78)  NULL,
        partition_no   INT          NOT NULL,
        answer_offset  BIGINT       NOT NULL,
        decided_at     BIGINT       NOT NULL
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS sales_per_minute_v1 (
        show_id          VARCHAR(41) NOT NULL,
        minute           BIGINT      NOT NULL COMMENT 'its beginning, UTC ms',
        held_places      INT         NOT NULL COMMENT 'put on hold in this minute',
        let_go_places    INT         NOT NULL COMMENT 'holds released, expired or cancelled',
        sold_places      INT         NOT NULL,
        sold_minor       BIGINT      NOT NULL,
        cancelled_places INT         NOT NULL COMMENT 'sold before, cancelled in this minute',
        PRIMARY KEY (show_id, minute)
      ) ${options}`)
    await knex.raw(`
      CREATE TABLE IF NOT EXISTS venues_v1 (
        plan_hash  CHAR(64)     NOT NULL PRIMARY KEY,
        name       VARCHAR(400) NOT NULL,
        seats      INT          NOT NULL,
        places     INT          NOT NULL COMMENT 'in areas; the capacity is seats + places',
        categories MEDIUMTEXT   NOT NULL COMMENT '[{id, name, color, places}]',
        areas      MEDIUMTEXT   NOT NULL COMMENT '[{id, name, category, capacity}]',
        sections   MEDIUMTEXT   NOT NULL COMMENT '[{id, name, seats}]'
      ) ${options}`)
  },
}
