import { logEnds, topicNames } from '@onsale/platform/log'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

interface Checkpoint {
  projection: string
  version: number
  topic: string
  partition_no: number
  next_offset: number
  updated_at: number
  state: string
  paused: number
  serving: number
}

const stillMs = 30_000
const manyRecords = 10_000

/** Every checkpoint against the log's ends: none beyond, none that stands still while there is more to apply. */
export async function checkpoints({ primary, admin, env, now }: Patient): Promise<Finding[]> {
  const found = new Findings('checkpoints')
  const { events, plans, queue } = topicNames(env)
  const [rows] = await primary.query(
    `SELECT c.*, v.state, v.paused, (s.version IS NOT NULL) AS serving FROM projection_checkpoint AS c
     JOIN projection_version AS v ON v.projection = c.projection AND v.version = c.version
     LEFT JOIN projection_serving AS s ON s.projection = c.projection AND s.version = c.version`,
  )
  const ends = new Map([
    [events, await logEnds(admin, events)],
    [queue.events, await logEnds(admin, queue.events)],
    [plans, await logEnds(admin, plans)],
  ])
  let count = 0
  for (const it of rows as unknown as Checkpoint[]) {
    const end = ends.get(it.topic)?.get(it.partition_no)
    if (!end) continue
    count += 1
    const name = `${it.projection} version ${it.version} in partition ${it.partition_no}`
    const lag = end.end - it.next_offset
    if (lag < 0)
      found.fail(
        `${name} is at ${it.next_offset}, the log ends at ${end.end}: it was made from another log, or the log lost records`,
        it.serving
          ? `./onsale projections rebuild ${it.projection}, once the log is what it should be`
          : `./onsale projections ${it.state === 'building' ? `cancel ${it.projection}` : `drop ${it.projection} ${it.version}`}`,
      )
    else if (it.next_offset < end.start)
      found.fail(
        `${name} has to go on at ${it.next_offset}, the log begins at ${end.start}`,
        './onsale restore brings the records back; nothing is skipped',
      )
    else if (it.state !== 'live') continue
    else if (lag > 0 && now() - it.updated_at > stillMs)
      found.fail(
        `${name} has ${lag} records to apply and has not moved for ${Math.round((now() - it.updated_at) / 1_000)} s`,
        './onsale status and ./onsale logs projectors say why: it has stopped, or no projector runs',
      )
    else if (lag > manyRecords)
      found.warn(`${name} is ${lag} records behind`, 'it moves: give it time, or a rebuild less (--throttle)')
  }
  return found.orOk(`${count} are at the log's end or on their way`)
}
