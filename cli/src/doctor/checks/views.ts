import { logEnds, topicNames } from '@onsale/platform/log'
import { servingKey, versionPrefix } from '@onsale/platform/redis-views'
import { allProjections, journalOf, listVersions, RedisAwayError, type Version } from '@onsale/projectors'
import { openViews } from '../../projections/open-views.js'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'
import { type Standing, standing, stillMs, stillStanding } from '../still-standing.js'

/** Read models in Redis: checkpoints against the log's ends, pointers, versions that are none. */
export async function views(patient: Patient): Promise<Finding[]> {
  const found = new Findings('views')
  const topics = topicNames(patient.env)
  const numbers = [...(await logEnds(patient.admin, topics.events)).keys()]
  const kept = await openViews(patient, topics.events, numbers)
  const topicOf = new Map(
    allProjections.filter(({ keptIn }) => keptIn === 'redis').map((it) => [it.name, journalOf(it, topics)]),
  )
  const versions = async (name: string) =>
    (await listVersions(patient.primary, name)).filter(({ state }) => state !== 'dropped')
  const look = async () => {
    const all: Standing[] = []
    for (const [name, topic] of topicOf)
      for (const version of await versions(name)) all.push(...(await standingIn(patient, kept, topic, version)))
    return all
  }
  let count = 0
  try {
    for (const [name, topic] of topicOf) {
      const all = await versions(name)
      for (const version of all) count += await beyond(found, patient, kept, topic, version)
      const serving = all.find((it) => it.serving)
      for (const partition of numbers) {
        const shown = await kept.redis.get(servingKey(patient.env, { projection: name, partition }))
        if (shown !== null && Number(shown) !== serving?.version)
          found.warn(
            `readers of ${name} in partition ${partition} are shown version ${shown}, version ${serving?.version} is to be served`,
            'the projectors bring it as soon as it has come as far; ./onsale projections status says how far it is',
          )
      }
      for (const number of await kept.views.found(name, kept.partitions)) {
        if (all.some(({ version }) => version === number)) continue
        const keys = versionPrefix(patient.env, { projection: name, partition: 0 }, number).replace('/0}', '/*}')
        found.warn(
          `Redis has keys of version ${number} of ${name}, which there is not`,
          `nobody reads or feeds them: unlink what redis-cli --scan --pattern '${keys}*' names`,
        )
      }
    }
    for (const { finding, advice } of await stillStanding(patient, look)) found.fail(finding, advice)
  } catch (error) {
    if (!(error instanceof RedisAwayError)) throw error
    found.warn(
      `what is kept in Redis cannot be looked at: ${error.message}`,
      './onsale status; reads go to the tables until it is back',
    )
  } finally {
    kept.redis.disconnect()
  }
  return found.orOk(`${count} checkpoints in Redis are at the log's end or on their way`)
}

type Kept = Awaited<ReturnType<typeof openViews>>

/** @returns how many checkpoints there are */
async function beyond(found: Findings, patient: Patient, kept: Kept, topic: string, version: Version): Promise<number> {
  const all = await read(patient, kept, topic, version)
  const { projection, state, serving } = version
  for (const { name, it, end } of all)
    if (it && end < it.nextOffset)
      found.fail(
        `${name} is at ${it.nextOffset}, the log ends at ${end}: it was made from another log, or the log lost records`,
        serving
          ? `./onsale projections rebuild ${projection}, once the log is what it should be`
          : `./onsale projections ${state === 'building' ? `cancel ${projection}` : `drop ${projection} ${version.version}`}`,
      )
  return all.filter(({ it }) => it).length
}

async function standingIn(patient: Patient, kept: Kept, topic: string, version: Version): Promise<Standing[]> {
  if (version.state !== 'live') return []
  return (await read(patient, kept, topic, version)).flatMap(({ name, it, end }) => {
    const nextOffset = it?.nextOffset ?? 0
    const stillForMs = patient.now() - (it?.updatedAt ?? 0)
    if (end <= nextOffset || stillForMs <= stillMs) return []
    const found = standing(name, nextOffset, end - nextOffset, stillForMs)
    return [it ? found : { ...found, finding: `Redis has nothing of ${name}` }]
  })
}

async function read({ admin }: Patient, { views, partitions }: Kept, topic: string, { projection, version }: Version) {
  const known = await views.checkpoints(projection, version, partitions)
  // Looked at after what is made from it: while a sale runs, the log has moved on and never back.
  return [...(await logEnds(admin, topic))].map(([partition, { end }]) => ({
    name: `${projection} version ${version} in partition ${partition}`,
    it: known.find((one) => one.partition === partition),
    end,
  }))
}
