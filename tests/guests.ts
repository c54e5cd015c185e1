import { randomUUID } from 'node:crypto'
import type { CommandAnswer } from '@onsale/cli'
import type { System } from './system.js'

/** Customers who take a place and let it go again, for as long as they may; every answer is written down. */
export function comeAndGo(system: System, showId: string, customers: number) {
  const held: string[] = []
  const released: string[] = []
  let going = true
  const one = async (index: number) => {
    const api = await system.client(`guest-${index}-${randomUUID().slice(0, 8)}`)
    const send = async (path: string, body: object): Promise<CommandAnswer> => {
      const answer = await api.command(path, body)
      if (!answer.accepted) throw new Error(`${path} was answered ${answer.status} ${answer.code}`)
      return answer
    }
    while (going) {
      const answer = await send('/api/tickets/reserve', { showId, areas: [{ area: 'floor', quantity: 1 }] })
      const { reservationId } = answer.body as { reservationId: string }
      held.push(reservationId)
      await send('/api/tickets/release', { reservationId })
      released.push(reservationId)
    }
  }
  const all = Promise.all(Array.from({ length: customers }, (_, index) => one(index)))
  return {
    held,
    released,
    async stop() {
      going = false
      await all
    },
  }
}
