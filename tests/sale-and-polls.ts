import { randomUUID } from 'node:crypto'
import type { System } from './system.js'

/** Customers who take a place and let it go again, until they are stopped. */
export function sale(system: System, showId: string, customers: number) {
  let going = true
  let positions: string[] = []
  const one = async () => {
    const api = await system.client(`guest-${randomUUID()}`)
    while (going) {
      const held = await api.command('/api/tickets/reserve', { showId, areas: [{ area: 'floor', quantity: 1 }] })
      const { reservationId, position } = held.body as { reservationId: string; position: string }
      positions.push(position)
      await api.command('/api/tickets/release', { reservationId })
    }
  }
  const all = Promise.all(Array.from({ length: customers }, one))
  return {
    newestPosition: () => positions.at(-1),
    count: () => positions.length,
    async stop() {
      going = false
      await all
      positions = []
    },
  }
}

/** Reads the show again and again, with a position and without; keeps what was no answer, and what went backwards. */
export function poller(system: System, showId: string, newestPosition: () => string | undefined) {
  const failed: string[] = []
  const backwards: string[] = []
  let reads = 0
  let going = true
  const poll = async (path: string, versionOf: (body: never) => number, withPosition: boolean) => {
    let seen = 0
    while (going) {
      const position = withPosition ? newestPosition() : undefined
      const { status, body } = await system.call(
        'GET',
        path,
        position ? { headers: { 'onsale-position': position } } : {},
      )
      reads += 1
      // A position that cannot be shown in time is told so; a projector that was killed may be that late.
      if (withPosition && status === 503 && body.code === 'not-yet-projected') continue
      if (status !== 200) failed.push(`${path}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
      else {
        const version = versionOf(body as never)
        if (version < seen) backwards.push(`${path}: ${version} after ${seen}`)
        seen = Math.max(seen, version)
      }
    }
  }
  const seats = `/api/shows/${showId}/seats?only=status`
  const version = ({ version }: { version: number }) => version
  const whole = `/api/shows/${showId}/seats`
  const all = Promise.all([
    poll(seats, version, false),
    poll(seats, version, true),
    poll(whole, version, false),
    poll(whole, version, true),
  ])
  return {
    reads: () => reads,
    async stop() {
      going = false
      await all
      return { failed, backwards }
    },
  }
}
