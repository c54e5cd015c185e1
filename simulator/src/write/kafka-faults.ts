import type { ContextTopics } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import type { PartitionModel } from '../check/partition-model.js'
import type { PartitionLog, StoredMessage } from '../kafka/index.js'
import type { MessageIn } from '../kafka/partition-log.js'
import type { SeededRandom } from '../kernel/index.js'
import type { Fault } from '../world/part.js'
import type { World } from '../world/world.js'

const retentionMs = 60_000

/** What goes wrong with Kafka: it is away, a leader is away, retention takes what is decided, a stale record gets through. */
export function kafkaFaults(world: World, topics: ContextTopics, models: PartitionModel[]): Fault[] {
  const { kernel, server, random } = world
  const anyLog = () => server.log(random.pick([topics.commands, topics.events]), random.below(world.partitions))
  return [
    {
      name: 'broker restart',
      weight: 1,
      strike() {
        if (!server.up) return
        const downMs = 200 + random.exponential(1_500)
        kernel.count('crash', () => `restarts, and is away for ${Math.round(downMs)} ms`, 'kafka')
        server.stop()
        kernel.after(downMs, 'kafka starts', () => server.start())
      },
    },
    {
      name: 'leader moves',
      weight: 2,
      strike() {
        const log = anyLog()
        const awayMs = 100 + random.exponential(1_500)
        kernel.count('clock', () => `the leader of ${log.topic}/${log.partition} moves, with another clock`, 'kafka')
        log.leaderAway = true
        kernel.after(awayMs, 'leader elected', () => server.moveLeader(log, random.between(-400, 400)))
      },
    },
    {
      name: 'retention',
      weight: 1,
      strike() {
        const model = random.pick(models)
        const log = server.log(topics.commands, models.indexOf(model))
        // Days in truth, a minute here: longer than any process stands still.
        let upTo = log.start
        while (upTo <= model.position && Number(log.at(upTo)?.timestamp) < kernel.utc - retentionMs) upTo++
        if (upTo === log.start) return
        kernel.say('kafka', () => `${log.topic}/${log.partition}: retention takes what is before ${upTo}`)
        log.trim(upTo)
      },
    },
    {
      name: 'stale record',
      weight: 3,
      strike: () => slipIn(world, topics, random.pick(models), models),
    },
  ]
}

/**
 * A record of an earlier claim gets into the journal, as if the broker's fence leaked: what an owner whose claim is over
 * makes of the next command, or a copy of a recent event. Under the reader rule it means nothing to anybody.
 */
function slipIn(world: World, topics: ContextTopics, model: PartitionModel, models: PartitionModel[]): void {
  const { kernel, server, random } = world
  const log = server.log(topics.events, models.indexOf(model))
  const { claims } = model
  if (claims.length < 2 || log.leaderAway) return
  const stale = random.pick(claims.slice(0, -1))
  const undecided = server.log(topics.commands, log.partition).at(model.position + 1 + random.below(3))
  const message = undecided ? refusalOf(undecided, world) : copyOf(log, random)
  if (!message) return
  model.slipped.add(log.end)
  kernel.count(
    'ownerOverlap',
    () => `a record of claim ${stale.claimId} gets into ${log.topic}/${log.partition} at ${log.end}`,
  )
  log.append({
    producerId: 2,
    epoch: 0,
    firstSequence: model.slipped.size - 1,
    transactional: false,
    messages: [{ ...message, headers: { ...message.headers, 'claim-id': stale.claimId } }],
    appendedAt: server.clockOf(log),
  })
}

function copyOf(log: PartitionLog, random: SeededRandom): MessageIn | null {
  const from = Math.max(0, log.lastStable - 60)
  const copies = [...log.committed(from)].filter(({ headers }) => !headers.ce_type?.toString().endsWith('OwnerClaimed'))
  return copies[random.below(copies.length)] ?? null
}

/** The stale owner refuses the command, for a reason that nobody else would have. */
function refusalOf({ offset, key, headers }: StoredMessage, { codec, kernel }: World): MessageIn {
  const text = (name: string) => headers[name]?.toString() ?? ''
  const data = {
    commandId: text('command-id'),
    commandType: 'HoldSeats',
    subject: text('ce_subject'),
    callerId: text('caller-id'),
    reason: 'sales-closed',
    details: [],
    remembered: true,
    decidedAt: kernel.utc,
  }
  return {
    key,
    value: codec.encode(recordName.CommandRejected, data),
    headers: {
      ce_type: recordName.CommandRejected,
      ce_id: text('ce_id'),
      ce_subject: text('ce_subject'),
      ce_time: new Date(kernel.utc).toISOString(),
      'command-id': text('command-id'),
      'body-hash': text('body-hash'),
      'caller-id': text('caller-id'),
      'command-offset': offset,
      'command-records': '1',
      'causation-id': text('ce_id'),
    },
  }
}
