import { isNotMigrated, openPool } from '@onsale/platform/sql'
import { z } from 'zod'

const decisionsSchema = z.object({
  /** What operators decided to do without in the read models that were served, in the log's order. */
  dropped: z.array(
    z.object({
      projection: z.string(),
      topic: z.string(),
      partition: z.int(),
      offset: z.int(),
      stream: z.string(),
      name: z.string().nullable(),
      by: z.string(),
      why: z.string(),
      at: z.int(),
    }),
  ),
})
export type Decisions = z.infer<typeof decisionsSchema>
export const decisionsFile = 'decisions.json'

export const readDecisions = (text: string): Decisions => decisionsSchema.parse(JSON.parse(text))

/** The one thing in SQL that the log does not have: everything else there is made from it. */
export async function decisionsIn(sqlUrl: string): Promise<Decisions> {
  const pool = openPool({ url: sqlUrl, connections: 1 })
  try {
    const [rows] = await pool.query(
      `SELECT d.projection, d.topic, d.partition_no AS \`partition\`, d.offset_no AS \`offset\`, d.stream, d.name,
              d.dropped_by AS \`by\`, d.why, d.dropped_at AS at
       FROM dropped_event d JOIN projection_serving s ON s.projection = d.projection AND s.version = d.version
       ORDER BY d.topic, d.partition_no, d.offset_no, d.projection`,
    )
    return decisionsSchema.parse({ dropped: rows })
  } catch (error) {
    // A system that has never run: nobody has decided anything.
    if (isNotMigrated(error)) return { dropped: [] }
    throw error
  } finally {
    await pool.end()
  }
}
