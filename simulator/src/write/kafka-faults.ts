import type { PartitionModel } from '../check/partition-model.js'
import type { Fault } from '../world/part.js'
import type { World } from '../world/world.js'

/** What goes wrong with Kafka: it is away, a leader is away, retention takes what is decided, a stale record gets through. */
export function kafkaFaults(world: World, models: PartitionModel[]): Fault[] {
  const { kernel, server, topics, random } = world
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
        // A client may still compare what was decided last.
        const upTo = model.position - 200
        if (upTo <= log.start) return
        kernel.say('kafka', () => `${log.topic}/${log.partition}: retention takes what is before ${upTo}`)
        log.trim(upTo)
      },
    },
    {
      name: 'stale record',
      weight: 3,
      strike: () => slipIn(world, random.pick(models), models),
    },
  ]
}

/**
 * A record of an earlier claim gets into the journal, as if the broker's fence leaked: a copy of the last event of a claim
 * that is not in force. Under the reader rule it means nothing to anybody.
 */
function slipIn({ kernel, server, topics, random }: World, model: PartitionModel, models: PartitionModel[]): void {
  const log = server.log(topics.events, models.indexOf(model))
  const { claims } = model
  if (claims.length < 2 || log.leaderAway) return
  const stale = random.pick(claims.slice(0, -1))
  const from = Math.max(0, log.lastStable - 60)
  const copies = [...log.committed(from)].filter(({ headers }) => !headers.ce_type?.toString().endsWith('OwnerClaimed'))
  const copied = copies[random.below(copies.length)]
  if (!copied) return
  const { key, value, headers } = copied
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
    messages: [{ key, value, headers: { ...headers, 'claim-id': stale.claimId } }],
    appendedAt: server.clockOf(log),
  })
}
