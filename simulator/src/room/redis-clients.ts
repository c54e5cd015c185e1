import type { RoomReactorsOptions } from '@onsale/reactors/rooms'
import type { Network, SimProcess } from '../kernel/index.js'
import type { RedisServer } from './redis-server.js'

const timeoutMs = 1_000

/** What a process has of the server's leases. It believes in one by its own clock, as RedisLocks does. */
export function simLocks(
  network: Network,
  server: RedisServer,
  process: SimProcess,
  ttlMs: number,
): RoomReactorsOptions['locks'] {
  const held = new Map<string, number>()
  const call = { from: process, to: server, timeoutMs }
  return {
    holds: (name) => (held.get(name) ?? 0) > process.now(),
    async renew(name) {
      const until = process.now() + ttlMs
      try {
        const mine = await network.call({ ...call, name: 'lock' }, () => server.acquire(name, process, ttlMs))
        if (mine) held.set(name, until)
        else held.delete(name)
      } catch {
        held.delete(name)
      }
    },
    leave(name) {
      held.delete(name)
      network.call({ ...call, name: 'unlock' }, () => server.release(name, process)).catch(() => {})
    },
  }
}

export function simPresence(
  network: Network,
  server: RedisServer,
  process: SimProcess,
): RoomReactorsOptions['presence'] {
  const call = { from: process, to: server, timeoutMs }
  return {
    absent: (showId, at) => network.call({ ...call, name: 'absent' }, () => server.absent(showId, at)),
    async forget(showId, entryIds) {
      if (entryIds.length > 0) await network.call({ ...call, name: 'forget' }, () => server.forget(showId, entryIds))
    },
  }
}
