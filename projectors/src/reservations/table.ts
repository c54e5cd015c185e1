import { defineTable } from '../runtime/index.js'

export interface ReservationRow {
  reservation_id: string
  show_id: string
  customer_id: string
  /** held, confirmed, released, expired, cancelled */
  status: string
  /** JSON: [{seat, category, priceMinor}] */
  seats: string
  /** JSON: [{area, quantity, category, priceMinor}], the price of one place */
  areas: string
  currency: string
  total_minor: number
  held_at: number
  expires_at: number
  confirmed_at: number | null
  confirmed_by: string | null
  /** When it was released, expired or cancelled. */
  ended_at: number | null
  /** Of a cancellation. */
  end_reason: string | null
  /** JSON array: what the customer should know of the choice (split, orphan-left). */
  notes: string
  extended_at: number | null
}

export const reservations = defineTable<ReservationRow>()({
  name: 'reservations',
  key: ['reservation_id'],
  columns: [
    'reservation_id',
    'show_id',
    'customer_id',
    'status',
    'seats',
    'areas',
    'currency',
    'total_minor',
    'held_at',
    'expires_at',
    'confirmed_at',
    'confirmed_by',
    'ended_at',
    'end_reason',
    'notes',
    'extended_at',
  ],
  madeFrom: { stream: 'show_id' },
  layout: `
    reservation_id VARCHAR(78)  NOT NULL PRIMARY KEY,
    show_id        VARCHAR(41)  NOT NULL,
    customer_id    VARCHAR(64)  NOT NULL,
    status         VARCHAR(9)   NOT NULL,
    seats          MEDIUMTEXT   NOT NULL,
    areas          MEDIUMTEXT   NOT NULL,
    currency       CHAR(3)      NOT NULL,
    total_minor    BIGINT       NOT NULL,
    held_at        BIGINT       NOT NULL,
    expires_at     BIGINT       NOT NULL,
    confirmed_at   BIGINT       NULL,
    confirmed_by   VARCHAR(64)  NULL,
    ended_at       BIGINT       NULL,
    end_reason     VARCHAR(64)  NULL,
    notes          VARCHAR(200) NOT NULL DEFAULT '[]',
    extended_at    BIGINT       NULL`,
})
