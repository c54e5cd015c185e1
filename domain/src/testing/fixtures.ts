import type { HoldSeats, ScheduleShow, ShowCommand } from '../show/commands.js'
import type { HeldArea, HeldSeat, ShowEvent } from '../show/events.js'
import type { Plan, PlanSeat } from '../venue/plan.js'
import { indexPlan, type PlanIndex } from '../venue/plan-index.js'

export const showId = '3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
export const opens = 1_800_000_000_000
export const closes = opens + 3_600_000
export const holdMs = 300_000

/** UUID text of a number: what ids and keys look like, readable in a failure. */
export function uuid(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}

export function reservationId(n: number, show = showId): string {
  return `${show}.${uuid(n)}`
}

function row(id: string, category: string, count: number): { id: string; name: string; seats: PlanSeat[] } {
  const seats = Array.from({ length: count }, (_, at) => ({
    id: `${id}${at + 1}`,
    number: `${at + 1}`,
    category,
    x: at,
    y: 0,
  }))
  return { id, name: id, seats }
}

/** Rows A and B with four seats each, C with 40 (more than one word of a bitset), a standing area of five and one of two. Category X is of no place. */
export const smallPlan: Plan = {
  name: 'Small hall',
  focalPoint: { x: 0, y: -5 },
  categories: ['front', 'back', 'floor', 'X'].map((id) => ({ id, name: id, color: '#123456' })),
  sections: [
    { id: 'stalls', name: 'Stalls', rows: [row('A', 'front', 4), row('B', 'back', 4)] },
    { id: 'circle', name: 'Circle', rows: [row('C', 'back', 40)] },
  ],
  areas: [
    { id: 'pit', name: 'Pit', category: 'floor', capacity: 5 },
    { id: 'box', name: 'Box', category: 'front', capacity: 2 },
  ],
}
export const smallCapacity = 55

/**
 * The small hall rebuilt: B4 is gone, A4 in another category, row D is new, the pit has less room, and there is a terrace instead of
 * the box.
 */
export const rebuiltPlan: Plan = {
  ...smallPlan,
  name: 'Small hall, rebuilt',
  sections: [
    {
      id: 'stalls',
      name: 'Stalls',
      rows: [
        {
          ...row('A', 'front', 4),
          seats: row('A', 'front', 4).seats.map((seat) => (seat.id === 'A4' ? { ...seat, category: 'back' } : seat)),
        },
        row('B', 'back', 3),
        row('D', 'back', 3),
      ],
    },
    { id: 'circle', name: 'Circle', rows: [row('C', 'back', 40)] },
  ],
  areas: [
    { id: 'pit', name: 'Pit', category: 'floor', capacity: 3 },
    { id: 'terrace', name: 'Terrace', category: 'floor', capacity: 6 },
  ],
}
export const rebuiltCapacity = 59

/** The plans of specs by their hashes. */
export const plansByHash: Readonly<Record<string, Plan>> = { small: smallPlan, rebuilt: rebuiltPlan }

/** The index of a plan that a command or event names; null where it names none that there is. */
export function planNamedBy({ data }: { data: object }): PlanIndex | null {
  const plan = 'planHash' in data ? plansByHash[data.planHash as string] : undefined
  return plan ? indexPlan(plan) : null
}

export const euro = { currency: 'EUR', front: 120_50, back: 45_00, floor: 30_05 }
export const won = { currency: 'KRW', front: 150_000, back: 99_000, floor: 0 }
export type Money = typeof euro

export function terms(overrides: Partial<ScheduleShow> = {}, money: Money = euro): ScheduleShow {
  return {
    showId,
    planHash: 'small',
    title: 'An evening',
    currency: money.currency,
    prices: [
      { category: 'front', priceMinor: money.front },
      { category: 'back', priceMinor: money.back },
      { category: 'floor', priceMinor: money.floor },
    ],
    perCustomerLimit: 4,
    holdMs,
    salesFrom: opens,
    salesUntil: closes,
    startsAt: closes + 3_600_000,
    orphanRule: 'off',
    published: true,
    ...overrides,
  }
}

export function scheduled(overrides: Partial<ScheduleShow> = {}, money: Money = euro): ShowEvent {
  return {
    type: 'ShowScheduled',
    data: { ...terms(overrides, money), capacity: smallCapacity, scheduledAt: opens - 1000 },
  }
}

export function holdSeats(
  n: number,
  customerId: string,
  seats: string[],
  areas: Record<string, number> = {},
): ShowCommand {
  return { type: 'HoldSeats', data: holdData(n, customerId, seats, areas) }
}

function holdData(n: number, customerId: string, seats: string[], areas: Record<string, number>): HoldSeats {
  const quantities = Object.entries(areas).map(([area, quantity]) => ({ area, quantity }))
  return {
    showId,
    reservationId: reservationId(n),
    customerId,
    seats,
    areas: quantities,
    bestAvailable: null,
    admission: null,
  }
}

/** What a hold of these places becomes in the log. */
export function held(
  n: number,
  customerId: string,
  at: number,
  seats: string[],
  areas: Record<string, number> = {},
  money: Money = euro,
): ShowEvent {
  const category = (id: string): 'front' | 'back' | 'floor' =>
    id.startsWith('A') || id === 'box' ? 'front' : id === 'pit' ? 'floor' : 'back'
  const heldSeats: HeldSeat[] = seats.map((seat) => ({
    seat,
    category: category(seat),
    priceMinor: money[category(seat)],
  }))
  const heldAreas: HeldArea[] = Object.entries(areas).map(([area, quantity]) => ({
    area,
    quantity,
    category: category(area),
    priceMinor: money[category(area)],
  }))
  const totalMinor =
    heldSeats.reduce((sum, seat) => sum + seat.priceMinor, 0) +
    heldAreas.reduce((sum, area) => sum + area.quantity * area.priceMinor, 0)
  return {
    type: 'SeatsHeld',
    data: {
      showId,
      reservationId: reservationId(n),
      customerId,
      seats: heldSeats,
      areas: heldAreas,
      currency: money.currency,
      totalMinor,
      heldAt: at,
      expiresAt: at + holdMs,
      notes: [],
      admissionId: null,
    },
  }
}

/** What events say of a reservation that they concern. */
export function about(n: number, customerId: string, seats: string[], areas: Record<string, number> = {}): About {
  const { bestAvailable: _, admission: __, ...places } = holdData(n, customerId, seats, areas)
  return places
}
export type About = Omit<HoldSeats, 'bestAvailable' | 'admission'>

export const released = (of: About, releasedAt: number): ShowEvent => ({
  type: 'HoldReleased',
  data: { ...of, releasedAt },
})
export const expired = (of: About, expiredAt: number): ShowEvent => ({
  type: 'HoldExpired',
  data: { ...of, expiredAt },
})
export const cancelled = (of: About, wasConfirmed: boolean, cancelledAt: number): ShowEvent => ({
  type: 'ReservationCancelled',
  data: { ...of, wasConfirmed, reason: 'changed-mind', cancelledAt },
})
export const confirmed = (of: About, totalMinor: number, confirmedAt: number, money: Money = euro): ShowEvent => ({
  type: 'ReservationConfirmed',
  data: { ...of, confirmedBy: 'box-office', currency: money.currency, totalMinor, confirmedAt },
})
