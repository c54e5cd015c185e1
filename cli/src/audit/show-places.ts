import type { HeldPlaces } from './counted-reservation.js'
import type { PlanFacts } from './plan-shelf.js'
import type { OfPlaces, PlanChanged, Scheduled } from './show-events.js'
import type { ReportAt } from './violation.js'

/** What is held and sold, as far as places ask for it. */
export interface Taken {
  readonly seatOwner: ReadonlyMap<string, string>
  readonly areaTaken: ReadonlyMap<string, number>
}

/** What of a show can be sold: the plan's places, less what was withdrawn, with what was added. */
export class ShowPlaces {
  plan: PlanFacts | null = null
  readonly withdrawn = new Set<string>()
  areaCapacity = new Map<string, number>()
  capacity = 0
  planHash = ''

  constructor(
    private readonly taken: Taken,
    private readonly report: ReportAt,
  ) {}

  schedule({ planHash, capacity }: Scheduled, plan: PlanFacts | null, offset: number): void {
    this.planHash = planHash
    this.usePlan(plan)
    if (plan && plan.capacity !== capacity)
      this.report('plan-wrong', offset, `capacity ${capacity}, but the plan has ${plan.capacity} places`)
    if (!plan) {
      this.report('plan-wrong', offset, `plan ${planHash} is not in the log`)
      this.capacity = capacity
    }
  }

  withdraw({ seats, areas, capacity }: OfPlaces, offset: number): void {
    const wrong = (detail: string) => this.report('withdrawn-wrong', offset, detail)
    for (const seat of seats) {
      const owner = this.taken.seatOwner.get(seat)
      if (this.plan && !this.plan.seats.has(seat)) wrong(`seat ${seat} is not in the plan`)
      else if (this.withdrawn.has(seat)) wrong(`seat ${seat} was withdrawn before`)
      else {
        if (owner !== undefined) wrong(`seat ${seat} is ${owner}'s and is withdrawn`)
        this.withdrawn.add(seat)
        this.capacity -= 1
      }
    }
    for (const { area, quantity } of areas) {
      const left = (this.areaCapacity.get(area) ?? 0) - (this.taken.areaTaken.get(area) ?? 0)
      if (quantity < 1 || quantity > left) wrong(`${quantity} places of area ${area} are withdrawn, ${left} are free`)
      this.grow(area, -quantity)
    }
    this.checkStated(capacity, offset)
  }

  add({ seats, areas, capacity }: OfPlaces, offset: number): void {
    const wrong = (detail: string) => this.report('withdrawn-wrong', offset, detail)
    for (const seat of seats) {
      if (this.withdrawn.delete(seat)) this.capacity += 1
      else wrong(`seat ${seat} is put back on sale and was not withdrawn`)
    }
    for (const { area, quantity } of areas) {
      if (quantity < 1 || (this.plan && !this.plan.areas.has(area)))
        wrong(`${quantity} places are added to area ${area}`)
      this.grow(area, quantity)
    }
    this.checkStated(capacity, offset)
  }

  changePlan(data: PlanChanged, next: PlanFacts | null, offset: number): void {
    const { planHash, previousPlanHash, capacity } = data
    if (previousPlanHash !== this.planHash)
      this.report('plan-wrong', offset, `was on plan ${previousPlanHash}, the log says ${this.planHash}`)
    if (!next) this.report('plan-wrong', offset, `plan ${planHash} is not in the log`)
    else this.checkKept(next, offset)
    this.planHash = planHash
    this.usePlan(next)
    if (next) this.checkStated(capacity, offset)
    else this.capacity = capacity
  }

  checkHeld(data: HeldPlaces, offset: number): void {
    if (data.seats.length + data.areas.length === 0 || data.areas.some(({ quantity }) => quantity < 1))
      this.report('transition-wrong', offset, `reservation ${data.reservationId} holds nothing, or less than one place`)
    const { plan, withdrawn } = this
    if (!plan) return
    for (const { seat, category } of data.seats) {
      const known = plan.seats.get(seat)
      if (withdrawn.has(seat)) this.report('withdrawn-wrong', offset, `seat ${seat} is withdrawn and is held`)
      if (known === undefined) this.report('unknown-seat', offset, `seat ${seat} is not in the plan`)
      else if (known !== category)
        this.report('total-wrong', offset, `seat ${seat} is of category ${known}, sold as ${category}`)
    }
    for (const { area, category } of data.areas) {
      const known = plan.areas.get(area)
      if (known === undefined) this.report('unknown-seat', offset, `area ${area} is not in the plan`)
      else if (known.category !== category)
        this.report('total-wrong', offset, `area ${area} is of category ${known.category}, sold as ${category}`)
    }
  }

  private usePlan(plan: PlanFacts | null): void {
    this.plan = plan
    this.areaCapacity = new Map([...(plan?.areas ?? [])].map(([area, { capacity }]) => [area, capacity]))
    for (const seat of this.withdrawn) if (plan && !plan.seats.has(seat)) this.withdrawn.delete(seat)
    this.capacity = (plan?.capacity ?? 0) - this.withdrawn.size
  }

  /** Nobody loses what they have: the seat is there in its category, the area has room. */
  private checkKept(next: PlanFacts, offset: number): void {
    const lost = (detail: string) => this.report('plan-lacks-places', offset, detail)
    for (const [seat, owner] of this.taken.seatOwner) {
      const category = this.plan?.seats.get(seat)
      const there = next.seats.get(seat)
      if (there === undefined) lost(`seat ${seat} of ${owner} is not in the new plan`)
      else if (category !== undefined && there !== category)
        lost(`seat ${seat} of ${owner} was of category ${category}, is of ${there}`)
    }
    for (const [area, taken] of this.taken.areaTaken) {
      const there = next.areas.get(area)
      if (taken > 0 && (there?.capacity ?? 0) < taken)
        lost(`${taken} places of area ${area} are taken, the new plan has ${there?.capacity ?? 0}`)
    }
  }

  private grow(area: string, by: number): void {
    this.areaCapacity.set(area, (this.areaCapacity.get(area) ?? 0) + by)
    this.capacity += by
  }

  private checkStated(stated: number, offset: number): void {
    if (stated !== this.capacity)
      this.report('capacity-wrong', offset, `says ${stated} places, there are ${this.capacity}`)
  }
}
