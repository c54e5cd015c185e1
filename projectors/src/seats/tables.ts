import { defineTable } from '../runtime/index.js'

export interface SeatMapRow {
  show_id: string
  plan_hash: string
  currency: string
  /** JSON: [{id, name, color}] of the plan */
  categories: string
  /** JSON: [{category, priceMinor}] */
  prices: string
  /** JSON: [{id, name, rows: [{id, name, seats}]}], where seats is their number; the ordinals of the seats count through them. */
  sections: string
  seats: number
  /** 1: people see the show. */
  published: number
}

export interface SeatRow {
  show_id: string
  seat_id: string
  /** Place in the plan, from 0. */
  ordinal: number
  section: string
  row_name: string
  number: string
  category: string
  x: number
  y: number
  /** wheelchair, companion; null: any other seat */
  accessible_use: string | null
  /** free, held, sold, withdrawn */
  status: string
  /** Whose the seat is; null where it is free. */
  reservation_id: string | null
}

export interface AreaRow {
  show_id: string
  area_id: string
  ordinal: number
  name: string
  category: string
  capacity: number
  held: number
  sold: number
}

export const seatMaps = defineTable<SeatMapRow>()({
  name: 'seat_maps',
  key: ['show_id'],
  columns: ['show_id', 'plan_hash', 'currency', 'categories', 'prices', 'sections', 'seats', 'published'],
  madeFrom: { stream: 'show_id' },
  layout: `
    show_id    VARCHAR(41) NOT NULL PRIMARY KEY,
    plan_hash  CHAR(64)    NOT NULL,
    currency   CHAR(3)     NOT NULL,
    categories MEDIUMTEXT  NOT NULL,
    sections   MEDIUMTEXT  NOT NULL,
    seats      INT         NOT NULL,
    prices     MEDIUMTEXT  NULL,
    published  TINYINT     NOT NULL DEFAULT 1`,
})

export const seats = defineTable<SeatRow>()({
  name: 'seats',
  key: ['show_id', 'seat_id'],
  columns: [
    'show_id',
    'seat_id',
    'ordinal',
    'section',
    'row_name',
    'number',
    'category',
    'x',
    'y',
    'accessible_use',
    'status',
    'reservation_id',
  ],
  madeFrom: { stream: 'show_id' },
  layout: `
    show_id        VARCHAR(41)  NOT NULL,
    seat_id        VARCHAR(128) NOT NULL,
    ordinal        INT          NOT NULL,
    section        VARCHAR(200) NOT NULL,
    row_name       VARCHAR(200) NOT NULL,
    number         VARCHAR(200) NOT NULL,
    category       VARCHAR(128) NOT NULL,
    x              DOUBLE       NOT NULL,
    y              DOUBLE       NOT NULL,
    status         VARCHAR(9)   NOT NULL,
    reservation_id VARCHAR(78)  NULL,
    accessible_use VARCHAR(10)  NULL,
    PRIMARY KEY (show_id, seat_id)`,
})

export const areas = defineTable<AreaRow>()({
  name: 'areas',
  key: ['show_id', 'area_id'],
  columns: ['show_id', 'area_id', 'ordinal', 'name', 'category', 'capacity', 'held', 'sold'],
  madeFrom: { stream: 'show_id' },
  layout: `
    show_id  VARCHAR(41)  NOT NULL,
    area_id  VARCHAR(128) NOT NULL,
    ordinal  INT          NOT NULL,
    name     VARCHAR(200) NOT NULL,
    category VARCHAR(128) NOT NULL,
    capacity INT          NOT NULL,
    held     INT          NOT NULL,
    sold     INT          NOT NULL,
    PRIMARY KEY (show_id, area_id)`,
})
