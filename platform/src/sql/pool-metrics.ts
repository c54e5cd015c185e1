import type { Pool } from 'mysql2/promise'
import { Gauge, type Registry } from 'prom-client'

/** What mysql2 has no public names for. */
interface PoolInternals {
  config: { connectionLimit: number }
  _allConnections: { length: number }
  _freeConnections: { length: number }
  _connectionQueue: { length: number }
}

/** Connections of the pools by name: used, idle, most at a time, and who waits for one. Looked at when scraped, never counted. */
export function measurePools(registry: Registry, pools: Readonly<Record<string, Pool>>): void {
  const registers = [registry]
  const look = (each: (pool: string, internals: PoolInternals) => void) => {
    for (const [name, pool] of Object.entries(pools)) each(name, pool.pool as unknown as PoolInternals)
  }
  new Gauge({
    name: 'db_client_connections_usage',
    help: 'Open connections of the pool by state',
    labelNames: ['pool_name', 'state'] as const,
    registers,
    collect() {
      look((pool_name, { _allConnections: { length: open }, _freeConnections: { length: idle } }) => {
        this.set({ pool_name, state: 'idle' }, idle)
        this.set({ pool_name, state: 'used' }, open - idle)
      })
    },
  })
  new Gauge({
    name: 'db_client_connections_max',
    help: 'Most connections that the pool opens',
    labelNames: ['pool_name'] as const,
    registers,
    collect() {
      look((pool_name, { config }) => this.set({ pool_name }, config.connectionLimit))
    },
  })
  new Gauge({
    name: 'db_client_connections_pending_requests',
    help: 'Who waits for a connection of the pool',
    labelNames: ['pool_name'] as const,
    registers,
    collect() {
      look((pool_name, { _connectionQueue: { length } }) => this.set({ pool_name }, length))
    },
  })
}
