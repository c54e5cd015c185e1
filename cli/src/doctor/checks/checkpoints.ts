import { logEnds, topicNames } from '@onsale/platform/log'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'
import { standing, stillMs, stillStanding } from '../still-standing.js'

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

const manyRecords = 10_000

/** Every checkpoint against the log's ends: none beyond, none that stands still while there is more to apply. */
export async function checkpoints(patient: Patient): Promise<Finding[]> {
  const found = new Findings('checkpoints')
  const still = await stillStanding(patient, async () =>
    (await read(patient))
      .filter(isStanding)
      .map(({ name, next_offset, lag, stillForMs }) => standing(name, next_offset, lag, stillForMs)),
  )
  const all = await read(patient)
  for (const { name, lag, start, end, ...it } of all) {
    if (lag < 0)
      found.fail(
        `${name} is at ${it.next_offset}, the log ends at ${end}: it was made from another log, or the log lost records`,
        it.serving
          ? `./onsale projections rebuild ${it.projection}, once the log is what it should be`
          : `./onsale projections ${it.state === 'building' ? `cancel ${it.projection}` : `drop ${it.projection} ${it.version}`}`,
      )
    else if (it.next_offset < start)
      found.fail(
        `${name} has to go on at ${it.next_offset}, the log begins at ${start}`,
        './onsale restore brings the records back; nothing is skipped',
      )
    else if (it.state === 'live' && lag > manyRecords && still.every((one) => one.name !== name))
      found.warn(`${name} is ${lag} records behind`, 'it moves: give it time, or a rebuild less (--throttle)')
  }
  for (const { finding, advice } of still) found.fail(finding, advice)
  return found.orOk(`${all.length} are at the log's end or on their way`)
}

type Read = Awaited<ReturnType<typeof read>>[number]

const isStanding = ({ next_offset, start, state, isStill }: Read) => next_offset >= start && state === 'live' && isStill

/** The log is looked at after what is made from it: while a sale runs, it has moved on and never back. */
async function read({ primary, admin, env, now }: Patient) {
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
  return (rows as unknown as Checkpoint[]).flatMap((it) => {
    const log = ends.get(it.topic)?.get(it.partition_no)
    if (!log) return []
    const lag = log.end - it.next_offset
    const stillForMs = now() - it.updated_at
    const isStill = lag > 0 && stillForMs > stillMs
    const name = `${it.projection} version ${it.version} in partition ${it.partition_no}`
    return [{ ...it, ...log, name, lag, stillForMs, isStill }]
  })
}
