import { Redis } from 'ioredis'
import { type Held, holdMs, priceMinor, type Request, type ReservationStore } from './reservation-store.js'

/** Keys: idempotency, area, reservation. Arguments: quantity, reservation id, customer, total, expiry. */
const script = `
local first = redis.call('GET', KEYS[1])
if first then return first end
local left = redis.call('HGET', KEYS[2], 'left')
if not left or tonumber(left) < tonumber(ARGV[1]) then return false end
redis.call('HINCRBY', KEYS[2], 'left', -ARGV[1])
redis.call('HSET', KEYS[3], 'customer', ARGV[3], 'area', KEYS[2], 'quantity', ARGV[1], 'total', ARGV[4], 'expires', ARGV[5])
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]`

type WithScript = Redis & { reserve(...args: (string | number)[]): Promise<string | null> }

/** Everything in one script. Redis answers from memory; its append-only file reaches the disk within a second. */
export function openRedisStore(url: string, ports: { now(): number; uuid(): string }) {
  const redis = new Redis(url, { enableAutoPipelining: true }) as WithScript
  redis.defineCommand('reserve', { numberOfKeys: 3, lua: script })
  const areaKey = (showId: string, area: string) => `peer:{${showId}}:area:${area}`
  const store: ReservationStore = {
    async reserve({ customerId, key, showId, area, quantity }: Request): Promise<Held | null> {
      const proposed = ports.uuid()
      const totalMinor = priceMinor * quantity
      const expiresAt = ports.now() + holdMs
      const reservationId = await redis.reserve(
        `peer:{${showId}}:key:${customerId}:${key}`,
        areaKey(showId, area),
        `peer:{${showId}}:reservation:${proposed}`,
        quantity,
        proposed,
        customerId,
        totalMinor,
        expiresAt,
      )
      return reservationId === null ? null : { reservationId, totalMinor, expiresAt }
    },
  }
  return {
    store,
    addArea: (showId: string, area: string, capacity: number) => redis.hset(areaKey(showId, area), { left: capacity }),
    placesLeft: async (showId: string, area: string) => Number(await redis.hget(areaKey(showId, area), 'left')),
    close: () => redis.quit(),
  }
}
