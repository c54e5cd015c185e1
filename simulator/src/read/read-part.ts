import { type Projection, type ProjectionObserver, projections } from '@onsale/projectors'
import type { SimProcess } from '../kernel/index.js'
import { requestRedrive, SimReadModel, SimStore, SqlReplica, SqlServer } from '../sql/index.js'
import type { Fault, WorldPart } from '../world/part.js'
import type { World } from '../world/world.js'
import { WritePart } from '../write/write-part.js'
import { Comparison } from './compare.js'
import { type Mistake, withMistake } from './mistakes.js'
import { ProjectorService } from './projector-service.js'
import { QueryService } from './query-service.js'
import { readFaults } from './read-faults.js'
import { Readers } from './readers.js'
import { Reference } from './reference.js'

export interface ReadPartOptions {
  projectors: number
  queryApis: number
  /** Share of the answers that a client reads something after. */
  reads: number
}

/** So many connections, and so many snapshots, take no time between their first statement and their last. */
const instant = { connections: 0.8, snapshots: 0.4 }

/** Reasons for which a stream may be parked: each has a cause that the world planted, and a healthy log has no other. */
const causes = { 'handler-failed': 'mistakes', 'rows-refused': 'refusals' } as const

/** The query side: projectors, the database and its replica, query APIs, their clients, and what must hold of them. */
export class ReadPart implements WorldPart {
  readonly services: (ProjectorService | QueryService)[]
  readonly faults: Fault[]
  readonly server: SqlServer
  readonly replica: SqlReplica
  readonly readers: Readers
  /** What newly started projectors do wrong; null: nothing. */
  mistake: Mistake | null = null
  /** How often the world has planted a cause for parking. */
  readonly planted = { mistakes: 0, refusals: 0 }
  private readonly references: Reference[]
  private readonly comparison: Comparison
  private readonly operator: SimProcess

  constructor(
    private readonly world: World,
    { projectors, queryApis, reads }: ReadPartOptions,
  ) {
    const { kernel, network, topics, codec, plans } = world
    const write = world.parts.find((part) => part instanceof WritePart) as WritePart
    this.server = new SqlServer(kernel)
    this.replica = new SqlReplica(kernel, this.server)
    this.operator = kernel.process('operator')
    const violate = (invariant: string, detail: string) => kernel.violate(invariant, detail)
    this.references = write.models.map(
      ({ slipped }, partition) =>
        new Reference(projections, world.server.log(topics.events, partition), codec, plans, (at) => slipped.has(at)),
    )
    this.comparison = new Comparison(this.server, topics.events, this.references, violate)
    const link = { network, server: this.server, instant: instant.connections }
    const names = Array.from({ length: projectors }, (_, n) => `projector-${n + 1}`)
    // Slow ones take more at a time.
    const paceMs = world.random.pick([20, 100, 300])
    const services = names.map(
      (name) =>
        new ProjectorService(world, name, paceMs, (process) => ({
          projections: this.projections(),
          store: new SimStore(link, process),
          observer: this.observer(name),
        })),
    )
    const apis = Array.from(
      { length: queryApis },
      (_, n) =>
        new QueryService(
          world,
          `query-${n + 1}`,
          (process) => new SimReadModel(network, this.replica, process, instant.snapshots),
        ),
    )
    this.services = [...services, ...apis]
    this.readers = new Readers(world, apis, this.references, () => this.mayPark, reads)
    write.clients.hear(this.readers)
    this.faults = readFaults(world, this, names)
  }

  get mayPark(): boolean {
    return this.planted.mistakes + this.planted.refusals > 0
  }

  /** All that is parked is applied again, and what cannot be is parked again. */
  redrive(): void {
    this.operator.start(() => {
      requestRedrive({ network: this.world.network, server: this.server }, this.operator, 'operator').catch(() => {})
    })
  }

  check(): void {
    this.causes()
    this.comparison.run(false)
  }

  heal(): void {
    this.mistake = null
    this.server.fits = () => null
    this.server.faults = { ...this.server.faults, deadlock: 0 }
    this.server.restart()
    this.replica.up = true
    this.replica.faults = { lagMs: 2 }
    this.replica.resume()
    // Those that run with a mistake are replaced.
    if (this.planted.mistakes > 0)
      for (const { name } of this.services) if (name.startsWith('projector')) this.world.replace(name)
    const again = () => {
      if (this.parkedStreams > 0) this.redrive()
      this.world.kernel.after(1_000, 'operator looks', again)
    }
    again()
  }

  settled(): boolean {
    return this.readers.waiting === 0 && this.parkedStreams === 0 && this.behind === 0 && this.replica.behind === 0
  }

  unsettled(): string {
    return `${this.readers.waiting} readers wait; ${this.parkedStreams} streams are parked; projections are ${this.behind} records behind; the replica is ${this.replica.behind} transactions behind`
  }

  finish(): void {
    this.causes()
    this.comparison.run(true)
  }

  private projections(): readonly Projection[] {
    const { mistake } = this
    return mistake ? projections.map((it) => withMistake(it, mistake)) : projections
  }

  /** Records that some projection has still to apply. */
  private get behind(): number {
    const { topics, server } = this.world
    const { tables } = this.server
    const rows = [...tables.rows('projection_checkpoint', tables.committed)]
    const wanted = projections.length * this.world.partitions
    if (rows.length < wanted) return Number.POSITIVE_INFINITY
    return rows.reduce(
      (sum, row) =>
        sum + server.log(topics.events, row.partition_no as number).lastStable - (row.next_offset as number),
      0,
    )
  }

  private get parkedStreams(): number {
    const { tables } = this.server
    return [...tables.rows('parked_stream', tables.committed)].length
  }

  private causes(): void {
    const { tables } = this.server
    for (const { reason, detail, projection, stream } of tables.rows('parked_stream', tables.committed)) {
      const cause = causes[reason as keyof typeof causes] as keyof typeof this.planted | undefined
      if (cause === undefined || this.planted[cause] === 0)
        this.world.kernel.violate('parked-without-cause', `${projection} parks ${stream}: ${reason}, ${detail}`)
    }
  }

  private observer(name: string): ProjectionObserver {
    const { kernel } = this.world
    const nothing = () => {}
    return {
      started: nothing,
      applied: nothing,
      position: nothing,
      overtaken: nothing,
      retried: nothing,
      parked: nothing,
      ignored: nothing,
      stopped: ({ projection, partition }, { reason, detail, offset }) =>
        kernel.violate(
          'projection-stopped',
          `${name}: ${projection} stops on partition ${partition} at ${offset}: ${reason}, ${detail}`,
        ),
    }
  }
}
