import type { Plan } from '@onsale/domain'
import type { JournalRecord } from '@onsale/platform/log'
import type { JournalTypes } from '../runtime/index.js'
import { journalEvent, newPlan, newPlanHash, plan, planHash, scheduled, showId } from './events.js'
import { seededRandom } from './random-journal.js'

interface Hold {
  seats: string[]
  areas: { area: string; quantity: number }[]
  sold: boolean
}

interface Show {
  id: string
  version: number
  plan: Plan
  taken: Map<string, 'held' | 'sold' | 'withdrawn'>
  free: Map<string, number>
  holds: Map<string, Hold>
}

const plans = new Map([
  [planHash, plan],
  [newPlanHash, newPlan],
])
const seatIds = ({ sections }: Plan) =>
  sections.flatMap(({ rows }) => rows.flatMap(({ seats }) => seats.map(({ id }) => id)))

/** A journal of one partition in which seats and places of some shows are held, changed, sold, given back, withdrawn, and laid out anew. */
export function seatJournal(seed: number, length: number, partition = 0): JournalRecord[] {
  const next = seededRandom(seed)
  const records: JournalRecord[] = []
  const shows = ['a', 'b', 'c'].map(
    (last): Show => ({
      id: `${partition}${showId.slice(1, -1)}${last}`,
      version: 0,
      plan,
      taken: new Map(),
      free: new Map(plan.areas.map(({ id, capacity }) => [id, capacity])),
      holds: new Map(),
    }),
  )
  const some = <Item>(items: Item[], most: number) =>
    items.filter(() => next() < 0.5).slice(0, 1 + Math.floor(next() * most))
  const append = <Type extends keyof JournalTypes>(type: Type, show: Show, data: Record<string, unknown>) => {
    show.version += 1
    const at = records.length
    records.push(
      journalEvent(type, { showId: show.id, ...data } as never, {
        partition,
        offset: at + Math.floor(at / 3),
        subject: show.id,
        streamVersion: show.version,
        commandOffset: at,
        commandId: `c${at}`,
      }),
    )
  }
  const take = (show: Show, hold: Hold) => {
    const priced = { category: 'A', priceMinor: 1 }
    hold.seats = some(
      seatIds(show.plan).filter((id) => !show.taken.has(id)),
      3,
    )
    hold.areas = [...show.free].flatMap(([area, free]) =>
      free > 3 && next() < 0.4 ? [{ area, quantity: 1 + Math.floor(next() * 3) }] : [],
    )
    for (const seat of hold.seats) show.taken.set(seat, 'held')
    for (const { area, quantity } of hold.areas) show.free.set(area, (show.free.get(area) ?? 0) - quantity)
    return {
      seats: hold.seats.map((seat) => ({ seat, ...priced })),
      areas: hold.areas.map((it) => ({ ...it, ...priced })),
    }
  }
  const release = (show: Show, { seats, areas }: Hold) => {
    for (const seat of seats) show.taken.delete(seat)
    for (const { area, quantity } of areas) show.free.set(area, (show.free.get(area) ?? 0) + quantity)
  }
  for (const show of shows) append('ShowScheduled', show, { ...scheduled, showId: show.id })
  while (records.length < length) {
    const show = shows[Math.floor(next() * shows.length)] as Show
    const dice = next()
    const [id, hold] = [...show.holds][Math.floor(next() * show.holds.size)] ?? []
    const of = { reservationId: id, customerId: 'c', seats: hold?.seats, areas: hold?.areas }
    if (dice < 0.4 || !hold || !id) {
      const made: Hold = { seats: [], areas: [], sold: false }
      const reservationId = `${show.id}.00000000-0000-7000-8000-${String(records.length).padStart(12, '0')}`
      append('SeatsHeld', show, { reservationId, customerId: 'c', ...take(show, made) })
      show.holds.set(reservationId, made)
    } else if (dice < 0.5 && !hold.sold) {
      const { seats: releasedSeats, areas: releasedAreas } = hold
      release(show, hold)
      append('SeatsChanged', show, { reservationId: id, releasedSeats, releasedAreas, ...take(show, hold) })
    } else if (dice < 0.65 && !hold.sold) {
      append('ReservationConfirmed', show, of)
      hold.sold = true
      for (const seat of hold.seats) show.taken.set(seat, 'sold')
    } else if (dice < 0.85) {
      if (hold.sold) append('ReservationCancelled', show, { ...of, wasConfirmed: true })
      else append(dice < 0.75 ? 'HoldReleased' : 'HoldExpired', show, of)
      release(show, hold)
      show.holds.delete(id)
    } else if (dice < 0.9) {
      const seats = some(
        seatIds(show.plan).filter((it) => !show.taken.has(it)),
        2,
      )
      for (const seat of seats) show.taken.set(seat, 'withdrawn')
      append('PlacesWithdrawn', show, { seats, areas: [] })
    } else if (dice < 0.95) {
      const seats = some(
        seatIds(show.plan).filter((it) => show.taken.get(it) === 'withdrawn'),
        2,
      )
      for (const seat of seats) show.taken.delete(seat)
      append('PlacesAdded', show, { seats, areas: [{ area: 'F', quantity: 2 }] })
      show.free.set('F', (show.free.get('F') ?? 0) + 2)
    } else changePlan(show)
  }
  return records

  /** Where nothing that the other plan lacks is taken. */
  function changePlan(show: Show): void {
    const [hash, other] = [...plans].find(([, it]) => it !== show.plan) as [string, Plan]
    const kept = new Set(seatIds(other))
    if ([...show.taken.keys()].some((seat) => !kept.has(seat))) return
    const used = new Map<string, number>()
    for (const { areas } of show.holds.values())
      for (const { area, quantity } of areas) used.set(area, (used.get(area) ?? 0) + quantity)
    const capacities = new Map(other.areas.map(({ id, capacity }) => [id, capacity]))
    if ([...used].some(([area, quantity]) => quantity > (capacities.get(area) ?? -1))) return
    const previousPlanHash = [...plans].find(([, it]) => it === show.plan)?.[0]
    append('PlanChanged', show, { previousPlanHash, planHash: hash, capacity: 1, changedAt: 0 })
    show.plan = other
    show.free = new Map([...capacities].map(([area, capacity]) => [area, capacity - (used.get(area) ?? 0)]))
  }
}
