import { type ContextTopics, createKafka, logEnds, PlacementWatch, topicNames } from '@onsale/platform/log'
import { createLogger } from '@onsale/platform/telemetry'
import type { Context } from '../../partitions/partition-desk.js'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

const patienceMs = 5_000

/** Each partition of shows and of waiting rooms is served by one decider, and what waits there is decided. */
export async function owners(patient: Patient): Promise<Finding[]> {
  const { stack, admin, env, variables, now, sleep } = patient
  const found = new Findings('owners')
  const topics = topicNames(env)
  const drained = await drainedDeciders(env, variables)
  for (const [name, { by, at }] of drained)
    found.warn(
      `${name} is drained since ${new Date(at).toISOString()}, by ${by}: it serves nothing`,
      `./onsale partitions undrain ${name}, when it is to serve again`,
    )
  const of = async (context: Context, { commands }: ContextTopics) =>
    [...(await logEnds(admin, commands)).keys()].sort((a, b) => a - b).map((partition) => `${context}/${partition}`)
  const partitions = [...(await of('reservation', topics)), ...(await of('queue', topics.queue))]
  const until = now() + patienceMs
  for (;;) {
    const servedBy = await serving(stack)
    const wrong = partitions.filter((partition) => servedBy.get(partition)?.length !== 1)
    if (wrong.length > 0 && now() < until) {
      await sleep(250)
      continue
    }
    for (const partition of wrong) {
      const by = servedBy.get(partition) ?? []
      if (by.length === 0)
        found.fail(
          `nobody serves partition ${shown(partition)}: its commands wait`,
          drained.size > 0
            ? `./onsale partitions undrain ${[...drained.keys()][0]}; ./onsale status: does another decider run?`
            : './onsale status: does a decider run? Else ./onsale up; ./onsale logs decider',
        )
      else
        found.warn(
          `${by.join(' and ')} both say that they serve partition ${shown(partition)}`,
          'one of them has a stale claim: only the latest counts; restart the other',
        )
    }
    break
  }
  const undecided = [
    ...(await waiting(patient, 'reservation', topics)),
    ...(await waiting(patient, 'queue', topics.queue)),
  ]
  return found.orOk(
    `each of ${partitions.length} partitions has one decider${undecided.length > 0 ? `; ${undecided.map(({ partition, count }) => `${count} commands on their way in ${shown(partition)}`).join(', ')}` : ''}`,
  )
}

/** `context/partition` as people read it. */
const shown = (partition: string) => partition.replace('reservation/', '').replace(/^queue\/(.*)$/, '$1 of the queue')

async function waiting({ primary, admin }: Patient, context: Context, { commands, events }: ContextTopics) {
  const [rows] = await primary.query(
    'SELECT partition_no, MAX(command_offset) AS answered FROM projection_checkpoint WHERE topic = ? GROUP BY partition_no',
    [events],
  )
  const ends = await logEnds(admin, commands)
  return (rows as { partition_no: number; answered: number | null }[]).flatMap(({ partition_no, answered }) => {
    const count = (ends.get(partition_no)?.end ?? 0) - 1 - (answered ?? -1)
    return count > 0 ? [{ partition: `${context}/${partition_no}`, count }] : []
  })
}

async function drainedDeciders(env: string, variables: Record<string, string>) {
  const logger = createLogger({ service: 'doctor', instance: 'doctor', level: 'silent' })
  const brokers = (variables.ONSALE_KAFKA_BROKERS ?? '').split(',')
  const watch = new PlacementWatch({
    kafka: createKafka({ brokers, clientId: 'doctor' }, logger),
    topic: topicNames(env).placement,
    logger,
  })
  await watch.start()
  await watch.stop()
  return watch.current.drained
}

/** What the deciders themselves say, by `context/partition`. */
async function serving(stack: Patient['stack']): Promise<Map<string, string[]>> {
  const servedBy = new Map<string, string[]>()
  for (const { name, kind, url, pid } of await stack.status()) {
    if (kind !== 'service' || !name.startsWith('decider') || pid === null) continue
    const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) })
      .then((answer) => answer.text())
      .catch(() => '')
    for (const [, queue, number, value] of text.matchAll(
      /^onsale_decider_serving\{partition="(queue-)?(\d+)"\} (\d)$/gm,
    )) {
      const partition = `${queue ? 'queue' : 'reservation'}/${number}`
      if (value === '1') servedBy.set(partition, [...(servedBy.get(partition) ?? []), name])
    }
  }
  return servedBy
}
