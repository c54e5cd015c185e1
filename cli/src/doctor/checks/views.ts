import { logEnds, topicNames } from '@onsale/platform/log'
import { servingKey, versionPrefix } from '@onsale/platform/redis-views'
import { allProjections, journalOf, listVersions, RedisAwayError, type Version } from '@onsale/projectors'
import { openViews } from '../../projections/open-views.js'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

const stillMs = 30_000

/** Read models in Redis: checkpoints against the log's ends, pointers, versions that are none. */
export async function views(patient: Patient): Promise<Finding[]> {
  const found = new Findings('views')
  const topics = topicNames(patient.env)
  const numbers = [...(await logEnds(patient.admin, topics.events)).keys()]
  const kept = await openViews(patient, topics.events, numbers)
  const topicOf = new Map(
    allProjections.filter(({ keptIn }) => keptIn === 'redis').map((it) => [it.name, journalOf(it, topics)]),
  )
  let count = 0
  try {
    for (const [name, topic] of topicOf) {
      const all = (await listVersions(patient.primary, name)).filter(({ state }) => state !== 'dropped')
      for (const version of all) count += await checkpoints(found, patient, kept, topic, version)
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

async function checkpoints(
  found: Findings,
  { now, admin }: Patient,
  { views, partitions }: Awaited<ReturnType<typeof openViews>>,
  topic: string,
  { projection, version, state, serving }: Version,
): Promise<number> {
  const known = await views.checkpoints(projection, version, partitions)
  // Looked at after what is made from it: while a sale runs, the log has moved on and never back.
  for (const [partition, { end }] of await logEnds(admin, topic)) {
    const it = known.find((one) => one.partition === partition)
    const name = `${projection} version ${version} in partition ${partition}`
    const lag = end - (it?.nextOffset ?? 0)
    if (it && lag < 0)
      found.fail(
        `${name} is at ${it.nextOffset}, the log ends at ${end}: it was made from another log, or the log lost records`,
        serving
          ? `./onsale projections rebuild ${projection}, once the log is what it should be`
          : `./onsale projections ${state === 'building' ? `cancel ${projection}` : `drop ${projection} ${version}`}`,
      )
    else if (state === 'live' && lag > 0 && (!it || now() - it.updatedAt > stillMs))
      found.fail(
        it
          ? `${name} has ${lag} records to apply and has not moved for ${Math.round((now() - it.updatedAt) / 1_000)} s`
          : `Redis has nothing of ${name}`,
        './onsale status and ./onsale logs projectors say why: it has stopped, or no projector runs',
      )
  }
  return known.length
}
