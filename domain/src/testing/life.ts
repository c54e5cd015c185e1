import type { Choice, ShowCommand } from '../show/commands.js'
import type { SeatsChanged, ShowEvent } from '../show/events.js'
import { type About, euro, reservationId, showId } from './fixtures.js'

/** Commands and events of a hold's and a show's life, in few words. */
export const extend = (n: number, customerId: string): ShowCommand => ({
  type: 'ExtendHold',
  data: { showId, reservationId: reservationId(n), customerId },
})

export const change = (n: number, customerId: string, choice: Partial<Choice>): ShowCommand => ({
  type: 'ChangeSeats',
  data: { showId, reservationId: reservationId(n), customerId, seats: [], areas: [], bestAvailable: null, ...choice },
})

export const holdBest = (n: number, customerId: string, quantity: number, more: object = {}): ShowCommand => ({
  type: 'HoldSeats',
  data: {
    ...{ showId, reservationId: reservationId(n), customerId, seats: [], areas: [], admission: null },
    bestAvailable: { category: null, quantity, together: 'required', accessible: false, ...more },
  },
})

export const ofShow = {
  publish: { type: 'PublishShow', data: { showId } },
  pause: { type: 'PauseSales', data: { showId, reason: 'technical' } },
  resume: { type: 'ResumeSales', data: { showId } },
  cancel: { type: 'CancelShow', data: { showId, reason: 'artist-ill' } },
} as const satisfies Record<string, ShowCommand>

export const extended = (of: About, expiresAt: number, extendedAt: number): ShowEvent => ({
  type: 'HoldExtended',
  data: { ...of, expiresAt, extendedAt },
})

/** Of seats in row A to others there. */
export const changed = (of: About, seats: string[], more: Partial<SeatsChanged>): ShowEvent => {
  const { seats: releasedSeats, areas: releasedAreas, ...reservation } = of
  return {
    type: 'SeatsChanged',
    data: {
      ...reservation,
      ...{ releasedSeats, releasedAreas, areas: [], notes: [], currency: 'EUR', expiresAt: 0, changedAt: 0 },
      seats: seats.map((seat) => ({ seat, category: 'front', priceMinor: euro.front })),
      totalMinor: seats.length * euro.front,
      ...more,
    },
  }
}

export const published = (publishedAt: number): ShowEvent => ({ type: 'ShowPublished', data: { showId, publishedAt } })
export const paused = (pausedAt: number): ShowEvent => ({
  type: 'SalesPaused',
  data: { showId, reason: 'technical', pausedAt },
})
export const resumed = (resumedAt: number): ShowEvent => ({ type: 'SalesResumed', data: { showId, resumedAt } })
export const calledOff = (reservations: number, cancelledAt: number): ShowEvent => ({
  type: 'ShowCancelled',
  data: { showId, reason: 'artist-ill', reservations, cancelledAt },
})
