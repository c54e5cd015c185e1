import { logEnds, topicNames } from '@onsale/platform/log'
import { allProjections, type ParkedStream, ParkedViews, RedisAwayError } from '@onsale/projectors'
import { openViews } from '../../projections/open-views.js'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

/** What waits for a person. */
export async function parked(patient: Patient): Promise<Finding[]> {
  const { primary } = patient
  const found = new Findings('parked')
  const [rows] = await primary.query(
    `SELECT s.projection, s.version, COUNT(*) AS streams, MIN(s.stream) AS stream, SUM(s.missing) AS missing
     FROM parked_stream AS s GROUP BY s.projection, s.version`,
  )
  for (const { projection, version, streams, stream, missing } of rows as Record<string, string | number>[]) {
    found.warn(
      `${streams} stream(s) are parked in ${projection} version ${version}, ${stream} first; ${missing} events are missing`,
      `./onsale parked show ${stream}, then redrive or drop`,
    )
  }
  for (const { projection, version, stream, reason, events } of await inRedis(patient))
    found.warn(
      `${stream} is parked in ${projection} version ${version}, ${events} event(s): ${reason}`,
      `./onsale parked show ${stream}, then redrive or drop`,
    )
  return found.orOk('nothing')
}

/** Where Redis is away, that is the finding of another check. */
async function inRedis(patient: Patient): Promise<ParkedStream[]> {
  const { events } = topicNames(patient.env)
  const kept = await openViews(patient, events, [...(await logEnds(patient.admin, events)).keys()])
  try {
    return await new ParkedViews(patient.primary, allProjections, kept).list()
  } catch (error) {
    if (error instanceof RedisAwayError) return []
    throw error
  } finally {
    kept.redis.disconnect()
  }
}
