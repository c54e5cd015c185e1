import type { Streams } from '@onsale/domain'
import type { Codec, DecodedValue } from '@onsale/platform/codec'
import type { Cursor } from '@onsale/platform/log'
import { fullFold } from '../check/full-fold.js'
import { PartitionModel, type StreamModel } from '../check/partition-model.js'
import { storedRecord } from '../check/stored-record.js'
import { type ClientBook, Clients } from '../load/clients.js'
import type { Request } from '../load/request.js'
import type { Fault, WorldPart } from '../world/part.js'
import type { World } from '../world/world.js'
import { ApiService } from './api-service.js'
import type { Context } from './context.js'
import { DeciderService, indexed } from './decider-service.js'
import { kafkaFaults } from './kafka-faults.js'

export interface WritePartOptions {
  deciders: number
  apis: number
}

type Answer = Parameters<ClientBook['answered']>[1]

/** So many commands of a partition from one full fold of it to the next. */
const foldEvery = 1_000

/** The command side: APIs, deciders, their clients, and what must hold of the journal and of each answer. */
export class WritePart<Stream extends StreamModel = StreamModel, Held extends Streams = Streams> implements WorldPart {
  readonly services: (ApiService | DeciderService)[]
  readonly faults: Fault[]
  readonly models: PartitionModel<Stream>[]
  readonly clients: Clients
  private readonly deciders: DeciderService[]
  private readonly apis: ApiService[]
  /** APIs that have not answered since the faults stopped. */
  private readonly probing = new Set<string>()
  /** Commands that had been decided at the last full fold, by partition. */
  private readonly folded: number[] = []
  /** Answer that a client was given, by caller, key and body. */
  private readonly told = new Map<string, string>()
  /** Commands that a client was promised an outcome of. */
  private readonly promised = new Set<string>()

  constructor(
    private readonly world: World,
    readonly context: Context<Stream, Held>,
    options: WritePartOptions,
  ) {
    const { kernel, server, codec } = world
    const { topics, label } = context
    const habits = { standby: world.random.chance(0.5), snapshotRecords: world.random.pick([300, 2_000, 1_000_000]) }
    this.deciders = Array.from(
      { length: options.deciders },
      (_, n) => new DeciderService(world, `${label}decider-${n + 1}`, context as Context, habits),
    )
    this.apis = Array.from(
      { length: options.apis },
      (_, n) => new ApiService(world, `${label}api-${n + 1}`, topics, () => this.cursors()),
    )
    this.services = [...this.deciders, ...this.apis]
    this.models = server.partitions(topics.events).map(
      (events) =>
        new PartitionModel<Stream>({
          events,
          commands: server.log(topics.commands, events.partition),
          codec,
          open: (id) => context.open(id),
          violate: (invariant, detail) => kernel.violate(invariant, detail),
          onClaim: (claimId, owner) => this.claimed(events.partition, claimId, owner),
          onEvent: ({ type, offset, subject }, data) =>
            kernel.say('journal', () => `${events.partition}/${offset} ${type} ${subject} ${JSON.stringify(data)}`),
        }),
    )
    const before = server.onStable
    server.onStable = (log) => {
      if (log.topic === topics.events) this.models[log.partition]?.catchUp()
      else before(log)
    }
    this.clients = new Clients(world, `${label}clients`, this.apis, context.probe, {
      answered: (request, answer) => this.answered(request, answer),
      accepted: (_, commandId) => this.promised.add(commandId),
    })
    this.faults = kafkaFaults(world, topics, this.models)
  }

  get decided(): number {
    let sum = 0
    for (const { position } of this.models) sum += position + 1
    return sum
  }

  get accepted(): number {
    return this.models.reduce((sum, { accepted }) => sum + accepted, 0)
  }

  heal(): void {
    for (const api of this.apis) {
      this.probing.add(api.name)
      this.clients.process.start(() => {
        void this.clients.probe(api).then(() => this.probing.delete(api.name))
      })
    }
  }

  check(): void {
    this.fold(({ partition, position }) => position + 1 >= (this.folded[partition] ?? 0) + foldEvery)
  }

  /** A fold of each partition that `wants` one, from its log's beginning. */
  private fold(wants: (of: { partition: number; position: number }) => boolean): void {
    const { server, codec, kernel, plans } = this.world
    const { context } = this
    const { topics } = context
    const streams = context.streams((hash) => (plans.has(hash) ? indexed(JSON.stringify(plans.get(hash))) : null))
    for (const events of server.partitions(topics.events)) {
      const { partition } = events
      const model = this.models[partition] as PartitionModel<Stream>
      if (!wants({ partition, position: model.position })) continue
      this.folded[partition] = model.position + 1
      const wrong = fullFold(model, events, codec, streams, context.differs)
      if (wrong) kernel.violate('full-fold', `partition ${events.partition}: ${wrong}`)
    }
  }

  settled(): boolean {
    const { server } = this.world
    const { topics } = this.context
    if (this.probing.size > 0) return false
    return this.models.every(
      (model, partition) =>
        model.position + 1 === server.log(topics.commands, partition).end &&
        this.deciders.some(({ serving }) => serving.some((one) => one.partition === partition)),
    )
  }

  unsettled(): string {
    const positions = this.models.map(
      ({ position }, partition) =>
        `partition ${partition} has decided ${position + 1} of ${this.world.server.log(this.context.topics.commands, partition).end}`,
    )
    const silent = [...this.probing].map((name) => `${name} does not answer`)
    return [...positions, ...silent, ...this.deciders.map(({ name, phases }) => `${name} [${phases}]`)].join('; ')
  }

  /** A halt is never right here: nothing of the log is ever lost. */
  watch(): void {
    for (const { name, halted } of this.deciders)
      for (const partition of halted) this.world.kernel.violate('halted', `${name} has halted partition ${partition}`)
  }

  finish(): void {
    this.fold(() => true)
    for (const commandId of this.promised)
      if (!this.models.some(({ known }) => known.has(commandId)))
        this.world.kernel.violate('acknowledged', `command ${commandId} was acknowledged and never decided`)
  }

  /** Where a tail may start that has lost its memory: anywhere that a checkpoint may have been. */
  private cursors(): Cursor[] {
    return this.models.map(({ claims, readTo }, partition) => {
      const offset = this.world.random.below(readTo + 1)
      const claim = claims.findLast((one) => one.offset < offset)
      return { partition, offset, claimId: claim?.claimId ?? null }
    })
  }

  /** What a client is told is what the journal says, and the same whenever it asks. */
  private answered(request: Request, { record, position }: Answer): void {
    const { kernel, server, codec } = this.world
    const { topics } = this.context
    const { offset, name, data } = record
    const { partition } = position
    const what = `${request.operation} ${request.key} of ${request.caller}`
    const message = server.log(topics.events, partition).at(offset)
    const stored = message ? storedRecord(message) : null
    const model = this.models[partition] as PartitionModel<Stream>
    if (!stored || !saysSo(codec, stored.value, name, data) || !model.isAnswer(offset, stored.commandOffset ?? -1))
      kernel.violate(
        'answer-differs',
        `${what} was answered ${name} at ${partition}/${offset}: the journal does not say so`,
      )
    if (position.offset < offset)
      kernel.violate('answer-differs', `${what}: its position ${position.offset} is before its answer ${offset}`)
    if (!stored || stored.commandId === null) return
    const identity = `${request.caller} ${request.key} ${JSON.stringify(request.body)}`
    if (record.type === 'CommandRejected' && !(data as { remembered: boolean }).remembered) return
    const before = this.told.get(identity)
    const now = `${partition}/${offset}`
    if (before !== undefined && before !== now)
      kernel.violate('answer-differs', `${what} was answered by ${before}, and then by ${now}`)
    this.told.set(identity, now)
  }

  private claimed(partition: number, claimId: string, owner: string): void {
    const { kernel } = this.world
    kernel.say('journal', () => `${owner} claims partition ${partition} (${claimId})`)
    for (const { name, serving } of this.deciders)
      if (name !== owner && serving.some((one) => one.partition === partition))
        kernel.count(
          'ownerOverlap',
          () => `${owner} claims partition ${partition}, and ${name} believes to serve it`,
          name,
        )
  }
}

/** What was decoded of the very bytes is the same object; anything else must have the same bytes. */
function saysSo(codec: Codec, value: Buffer, name: string, data: unknown): boolean {
  const stored = codec.decode(value) as DecodedValue
  return (stored.name === name && stored.data === data) || value.equals(codec.encode(name, data))
}
