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
  name: 'reservations_v1',
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
})
