import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

/** What waits for a person. */
export async function parked({ primary }: Patient): Promise<Finding[]> {
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
  return found.orOk('nothing')
}
