import { describe, expect, it } from '@jest/globals'
import type { ServedVersions } from '@onsale/platform/read-model'
import type { Connection } from 'mysql2/promise'
import type { Replica } from '../replica/replica.js'
import { SeatMaps } from './seat-maps.js'

const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'

/** A replica that shows `version`, and counts how often the status of the seats was read. */
function world() {
  const it = { readModel: 1, version: 1, planHash: 'p', statusReads: 0, layoutReads: 0, atOnce: 0, mostAtOnce: 0 }
  const connection = {
    async query(sql: string) {
      if (sql.includes('stream_version'))
        return [it.version === null ? [] : [{ stream_version: it.version, plan_hash: it.planHash, published: 1 }]]
      if (sql.includes('GROUP_CONCAT')) {
        it.statusReads += 1
        return [[{ status: 'f' }]]
      }
      if (sql.includes('`seat_maps_v')) {
        it.layoutReads += 1
        return [[{ currency: 'EUR', categories: '[]', prices: '[]', sections: '[]' }]]
      }
      return [[]]
    },
  } as unknown as Connection
  const replica = {
    async read(_: unknown, query: (connection: Connection, versions: ServedVersions) => Promise<unknown>) {
      it.atOnce += 1
      it.mostAtOnce = Math.max(it.mostAtOnce, it.atOnce)
      await new Promise((resolve) => setImmediate(resolve))
      const result = await query(connection, { versionOf: () => it.readModel })
      it.atOnce -= 1
      return { result, position: null, stale: null }
    },
  } as unknown as Replica
  return { it, maps: new SeatMaps(replica, null) }
}

const at = (version: number) => ({ readModel: '1', version })

describe('seat maps', () => {
  it('are made once for all who ask for a version', async () => {
    const { it: replica, maps } = world()
    const all = await Promise.all(Array.from({ length: 100 }, () => maps.atLeast(showId, 'seats', at(1))))
    expect(new Set(all).size).toBe(1)
    expect(await maps.atLeast(showId, 'seats', at(1))).toBe(all[0])
    expect(replica.statusReads).toBe(1)
  })

  it('are made one after the other, and never older than asked for', async () => {
    const { it: replica, maps } = world()
    const asked: Promise<{ version: number }>[] = []
    for (let version = 1; version <= 50; version += 1) {
      replica.version = version
      asked.push(maps.atLeast(showId, 'status', at(version)))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const made = await Promise.all(asked)
    for (const [at, { version }] of made.entries()) expect(version).toBeGreaterThanOrEqual(at + 1)
    expect(replica.mostAtOnce).toBe(1)
    expect(replica.statusReads).toBeLessThan(50)
  })

  it('read what changes with the plan once for each plan', async () => {
    const { it: replica, maps } = world()
    await maps.atLeast(showId, 'seats', at(1))
    replica.version = 2
    const second = await maps.atLeast(showId, 'seats', at(2))
    expect(JSON.parse(second.json.toString())).toMatchObject({ version: 2, planHash: 'p', sections: [] })
    expect(replica.layoutReads).toBe(1)
    expect(replica.statusReads).toBe(2)
    Object.assign(replica, { version: 3, planHash: 'q' })
    expect(JSON.parse((await maps.atLeast(showId, 'seats', at(3))).json.toString())).toMatchObject({ planHash: 'q' })
    expect(replica.layoutReads).toBe(2)
  })

  it('of another version of the read model are made anew', async () => {
    const { it: replica, maps } = world()
    const before = await maps.atLeast(showId, 'seats', at(1))
    replica.readModel = 2
    const after = await maps.atLeast(showId, 'seats', { readModel: '2', version: 1 })
    expect(after).toMatchObject({ readModel: '2', version: 1 })
    expect(after).not.toBe(before)
    // Readers were shown another version of the read model between the two looks.
    expect(await maps.atLeast(showId, 'seats', at(1))).toMatchObject({ readModel: '2', version: 1 })
    expect([replica.statusReads, replica.layoutReads]).toEqual([3, 2])
  })

  it('a failure is not remembered', async () => {
    const { it: replica, maps } = world()
    replica.version = null as never
    await expect(maps.atLeast(showId, 'seats', at(1))).rejects.toThrow('no such show')
    replica.version = 1
    expect(await maps.atLeast(showId, 'seats', at(1))).toMatchObject({ version: 1 })
  })
})
