import type { Plan } from '@onsale/domain'
import { seatsOf } from '../plan-places.js'
import type { KeyBatch } from '../redis/key-batch.js'
import { redisProjection } from '../redis/redis-projection.js'
import type { HandlerContext } from '../runtime/index.js'
import { areasKey, seatsKey, showKey } from './keys.js'
import { moveSeats } from './move-seats.js'
import { type CellStatus, cellOf, seatCells } from './seat-cells.js'

/** The live seat map: a bitmap for each section, in the plan's order, and what is free in the areas. */
export const seatMapProjection = redisProjection({
  name: 'seat_map',
  revision: 1,
  topics: ['reservation.events'],
  on: {
    ShowScheduled({ data }, keys, context) {
      const { showId, planHash, published } = data
      const plan = context.plan(planHash)
      keys.remember(showId, planHash)
      keys.del(showKey(showId))
      keys.del(areasKey(showId))
      for (const section of plan.sections.keys()) keys.del(seatsKey(showId, section))
      keys.hset(showKey(showId), { ...layoutOf(planHash, plan), published: published ? 1 : 0 })
      for (const { id, capacity } of plan.areas) keys.hset(areasKey(showId), areaFields(id, capacity, true))
    },
    ShowPublished({ data }, keys) {
      keys.must(showKey(data.showId))
      keys.hset(showKey(data.showId), { published: 1 })
    },
    SeatsHeld({ data }, keys, context) {
      hold(keys, context, data)
    },
    SeatsChanged({ data }, keys, context) {
      const { showId, releasedSeats, releasedAreas } = data
      free(keys, context, { showId, seats: releasedSeats, areas: releasedAreas }, 'held')
      hold(keys, context, data)
    },
    PlacesWithdrawn({ data }, keys, context) {
      setSeats(keys, context, data.showId, data.seats, 'withdrawn')
      addToAreas(keys, context, data.showId, data.areas, (quantity) => ({ capacity: -quantity }))
    },
    PlacesAdded({ data }, keys, context) {
      setSeats(keys, context, data.showId, data.seats, 'free')
      addToAreas(keys, context, data.showId, data.areas, (quantity) => ({ capacity: quantity }))
    },
    PlanChanged({ data }, keys, context) {
      const { showId, previousPlanHash, planHash } = data
      const [before, plan] = [context.plan(previousPlanHash), context.plan(planHash)]
      keys.must(showKey(showId))
      keys.remember(showId, planHash)
      moveSeats(keys, showId, before, plan)
      const gone = new Set(before.areas.map(({ id }) => id))
      for (const { id, capacity } of plan.areas) keys.hset(areasKey(showId), areaFields(id, capacity, !gone.delete(id)))
      for (const id of gone) keys.hdel(areasKey(showId), ...Object.keys(areaFields(id, 0, true)))
      keys.hset(showKey(showId), layoutOf(planHash, plan))
    },
    HoldReleased({ data }, keys, context) {
      free(keys, context, data, 'held')
    },
    HoldExpired({ data }, keys, context) {
      free(keys, context, data, 'held')
    },
    ReservationConfirmed({ data }, keys, context) {
      setSeats(keys, context, data.showId, data.seats, 'sold')
      addToAreas(keys, context, data.showId, data.areas, (quantity) => ({ held: -quantity, sold: quantity }))
    },
    ReservationCancelled({ data }, keys, context) {
      free(keys, context, data, data.wasConfirmed ? 'sold' : 'held')
    },
  },
})

interface Quantity {
  area: string
  quantity: number
}

const layoutOf = (planHash: string, { sections, areas }: Plan) => ({
  plan: planHash,
  sections: JSON.stringify(sections.map(seatsOf)),
  areas: JSON.stringify(areas.map(({ id, name, category }) => ({ id, name, category }))),
})

const areaFields = (id: string, capacity: number, isNew: boolean): Record<string, number> => ({
  [`${id} capacity`]: capacity,
  ...(isNew ? { [`${id} held`]: 0, [`${id} sold`]: 0 } : {}),
})

function hold(
  keys: KeyBatch,
  context: HandlerContext,
  { showId, seats, areas }: { showId: string; seats: { seat: string }[]; areas: Quantity[] },
): void {
  setSeats(
    keys,
    context,
    showId,
    seats.map(({ seat }) => seat),
    'held',
  )
  addToAreas(keys, context, showId, areas, (quantity) => ({ held: quantity }))
}

function free(
  keys: KeyBatch,
  context: HandlerContext,
  { showId, seats, areas }: { showId: string; seats: string[]; areas: Quantity[] },
  from: 'held' | 'sold',
): void {
  setSeats(keys, context, showId, seats, 'free')
  addToAreas(keys, context, showId, areas, (quantity) => ({ [from]: -quantity }))
}

/** Of a show that is there. */
function planOf(keys: KeyBatch, context: HandlerContext, showId: string): Plan {
  const planHash = context.remembered(showId)
  if (planHash === null) throw new Error(`the show ${showId} was never scheduled`)
  keys.must(showKey(showId))
  return context.plan(planHash)
}

function setSeats(
  keys: KeyBatch,
  context: HandlerContext,
  showId: string,
  seats: readonly string[],
  status: CellStatus,
): void {
  const cells = seatCells(planOf(keys, context, showId))
  for (const seat of seats) {
    const cell = cells.get(seat)
    if (!cell) throw new Error(`the plan of ${showId} has no seat ${seat}`)
    keys.cell(seatsKey(showId, cell.section), cell.cell, cellOf[status])
  }
}

function addToAreas(
  keys: KeyBatch,
  context: HandlerContext,
  showId: string,
  areas: readonly Quantity[],
  by: (quantity: number) => Record<string, number>,
): void {
  if (areas.length === 0) return
  const known = new Set(planOf(keys, context, showId).areas.map(({ id }) => id))
  for (const { area, quantity } of areas) {
    if (!known.has(area)) throw new Error(`the plan of ${showId} has no area ${area}`)
    keys.hincrby(
      areasKey(showId),
      Object.fromEntries(Object.entries(by(quantity)).map(([what, many]) => [`${area} ${what}`, many])),
    )
  }
}
