import type { Stack } from '@onsale/infra'
import { openPool } from '@onsale/platform/sql'
import type { RowDataPacket } from 'mysql2/promise'
import type { Counted } from './measured.js'

/** What the benchmark needs of somebody who may issue tokens and schedule shows. */
export interface Shop {
  /** Access tokens of so many different customers. */
  tokens(customers: number): Promise<string[]>
  /** So many new shows on sale, each with one area of `capacity` places. */
  shows(count: number, area: { id: string; capacity: number }): Promise<string[]>
}

export const area = { id: 'floor', capacity: 100_000_000 }

export const reserveBody = (showId: string) => JSON.stringify({ showId, areas: [{ area: area.id, quantity: 1 }] })

/** The command API itself, as the peers are asked without a proxy. */
export async function reserveUrl(stack: Stack): Promise<string> {
  const api = (await stack.status()).find(({ name }) => name === 'command-api')
  if (!api) throw new Error('the stack has no command-api')
  return `${api.url}/api/tickets/reserve`
}

/** What was answered for a show, or for some shows together. */
export interface Answered {
  shows: string[]
  accepted: number
}

/** The read model's count against what was answered. */
export async function recount(variables: Record<string, string>, answered: readonly Answered[]): Promise<Counted> {
  const pool = openPool({ url: variables.ONSALE_SQL_REPLICA_URL as string, connections: 1 })
  try {
    const counted: Counted = { oversold: 0, lost: 0 }
    for (const { shows, accepted } of answered) {
      const [rows] = await pool.query<RowDataPacket[]>(
        'SELECT capacity, held + sold AS taken FROM areas_v1 WHERE show_id IN (?)',
        [shows],
      )
      for (const { capacity, taken } of rows) counted.oversold += Math.max(0, taken - capacity)
      counted.lost += Math.max(0, accepted - rows.reduce((sum, { taken }) => sum + taken, 0))
    }
    return counted
  } finally {
    await pool.end()
  }
}
