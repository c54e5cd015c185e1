import type { Behaviour } from './behaviour.js'
import { behaviourOf, type Parties } from './behaviour.js'
import type { LiveHall } from './buyer.js'
import { shopAround } from './buyer.js'
import type { Choose } from './seat-choice.js'
import { SeededRandom } from './seeded-random.js'
import type { Customer, Shop } from './shop.js'

interface Buyer {
  customer: Customer
  behaviour: Behaviour
  random: SeededRandom
}

/** All the buyers of one sale. */
export class Sale {
  gone = 0
  /** Buyers who may still let go of seats that they have or get. */
  restless: number

  private constructor(readonly buyers: readonly Buyer[]) {
    this.restless = buyers.filter(isRestless).length
  }

  /** Everybody has a token before sales open, as they would. */
  static async prepare(shop: Shop, buyers: number, seed: number, parties: Parties): Promise<Sale> {
    const all: Buyer[] = []
    for (let index = 0; index < buyers; index += 1) {
      const random = SeededRandom.of(seed, index)
      all.push({ customer: await shop.customer(`buyer-${index + 1}`), behaviour: behaviourOf(random, parties), random })
    }
    return new Sale(all)
  }

  /** Until the last buyer has left. */
  async run(hall: LiveHall, choose: Choose): Promise<void> {
    await Promise.all(
      this.buyers.map(async (buyer) => {
        await shopAround(buyer.customer, buyer.behaviour, hall, buyer.random, choose)
        this.gone += 1
        if (isRestless(buyer)) this.restless -= 1
      }),
    )
  }
}

const isRestless = ({ behaviour }: Buyer) => !behaviour.patient
