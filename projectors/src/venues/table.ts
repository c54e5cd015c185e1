import { defineTable } from '../runtime/index.js'

export interface VenueRow {
  plan_hash: string
  name: string
  seats: number
  /** In areas; the capacity is seats + places. */
  places: number
  /** JSON: [{id, name, color, places}], seats included. */
  categories: string
  /** JSON: [{id, name, category, capacity}] */
  areas: string
  /** JSON: [{id, name, seats}] */
  sections: string
}

export const venues = defineTable<VenueRow>()({
  name: 'venues',
  key: ['plan_hash'],
  columns: ['plan_hash', 'name', 'seats', 'places', 'categories', 'areas', 'sections'],
  madeFrom: null,
  layout: `
    plan_hash  CHAR(64)     NOT NULL PRIMARY KEY,
    name       VARCHAR(400) NOT NULL,
    seats      INT          NOT NULL,
    places     INT          NOT NULL,
    categories MEDIUMTEXT   NOT NULL,
    areas      MEDIUMTEXT   NOT NULL,
    sections   MEDIUMTEXT   NOT NULL`,
})
