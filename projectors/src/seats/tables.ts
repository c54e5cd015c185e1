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
  name: 'seat_maps_v1',
  key: ['show_id'],
  columns: ['show_id', 'plan_hash', 'currency', 'categories', 'prices', 'sections', 'seats', 'published'],
})

export const seats = defineTable<SeatRow>()({
  name: 'seats_v1',
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
})

export const areas = defineTable<AreaRow>()({
  name: 'areas_v1',
  key: ['show_id', 'area_id'],
  columns: ['show_id', 'area_id', 'ordinal', 'name', 'category', 'capacity', 'held', 'sold'],
})
