import type { HeldPlaces } from './counted-reservation.js'
import type { Scheduled } from './show-events.js'
import type { ReportAt } from './violation.js'

/** What a show's places cost. */
export class PriceList {
  private readonly prices = new Map<string, number>()
  private currency = ''
  private known = false

  constructor(private readonly report: ReportAt) {}

  schedule({ prices, currency }: Scheduled): void {
    for (const { category, priceMinor } of prices) this.prices.set(category, priceMinor)
    this.currency = currency
    this.known = true
  }

  check(data: HeldPlaces, offset: number): void {
    let total = 0
    for (const { category, priceMinor, quantity } of [
      ...data.seats.map((seat) => ({ ...seat, quantity: 1 })),
      ...data.areas,
    ]) {
      total += priceMinor * quantity
      const price = this.prices.get(category)
      if (this.known && price !== priceMinor)
        this.report('total-wrong', offset, `a place of category ${category} costs ${price}, was held for ${priceMinor}`)
    }
    if (total !== data.totalMinor)
      this.report('total-wrong', offset, `the prices add up to ${total}, the total says ${data.totalMinor}`)
    if (this.known && data.currency !== this.currency)
      this.report('total-wrong', offset, `held in ${data.currency}, the show sells in ${this.currency}`)
  }
}
