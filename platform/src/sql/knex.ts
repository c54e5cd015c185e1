import knex, { type Knex } from 'knex'

/** A knex instance for migrations, on one connection at a time. */
export function openKnex(url: string): Knex {
  return knex({
    client: 'mysql2',
    connection: {
      uri: url,
      charset: 'utf8mb4',
      timezone: 'Z',
      connectTimeout: 3_000,
    } as Knex.MySql2ConnectionConfig,
    pool: { min: 0, max: 1 },
  })
}
