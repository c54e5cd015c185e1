import { ints } from '../columns/paged-column.js'
import type { ReadTexts } from '../columns/text-column.js'
import { TextTable } from '../columns/text-table.js'

/** The places that customers hold and own, by the customer's number: it has one as long as it has a place. */
export class CustomerPlaces {
  private readonly ids = new TextTable()
  private readonly places = ints()
  private readonly free: number[] = []

  /** Places of a customer; 0 of one who has no number. */
  of(id: string): number {
    const customer = this.ids.find(id)
    return customer < 0 ? 0 : this.places.get(customer)
  }

  idOf(customer: number): string {
    return this.ids.get(customer)
  }

  /** @returns the customer's number */
  add(id: string, places: number): number {
    const known = this.ids.find(id)
    const customer = known < 0 ? (this.free.pop() ?? this.ids.size) : known
    if (known < 0) {
      this.ids.put(customer, id)
      this.places.set(customer, 0)
    }
    this.change(customer, places)
    return customer
  }

  /** More places, or fewer; a customer who has none left is forgotten. */
  change(customer: number, by: number): void {
    const places = this.places.get(customer) + by
    if (places < 0) throw new Error(`customer ${customer} would have ${places} places`)
    this.places.set(customer, places)
    if (places > 0) return
    this.ids.delete(customer)
    this.free.push(customer)
  }

  entries(): [id: string, places: number][] {
    return Array.from({ length: this.ids.size + this.free.length }, (_, customer) => customer)
      .filter((customer) => this.places.get(customer) > 0)
      .map((customer) => [this.idOf(customer), this.places.get(customer)])
  }

  frozenIds(): ReadTexts {
    return this.ids.frozen()
  }
}
