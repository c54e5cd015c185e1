import { createConnection } from 'mysql2/promise'

/** Every database of ours begins so: the SQL users have rights on these and on nothing else. */
export const databaseName = (env: string): string => `onsale_${env.replace(/[^A-Za-z0-9]/g, '_')}`

/** Makes the database that a URL names, where it does not exist yet. */
export async function createDatabase(primaryUrl: string): Promise<void> {
  const url = new URL(primaryUrl)
  const name = url.pathname.slice(1)
  url.pathname = '/'
  const connection = await createConnection(url.href)
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS \`${name}\``)
  } finally {
    await connection.end()
  }
}

/** Resolves when the replica shows the database: what comes after may read from it. */
export async function databaseReplicated(replicaUrl: string, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      await (await createConnection(replicaUrl)).end()
      return
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`the replica does not follow: ${error}`)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
}
