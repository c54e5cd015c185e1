import type { Position } from '@onsale/platform/http'
import {
  Checkpoints,
  type ReadModel,
  type ReadModelReplica,
  type Snapshot,
  type StreamState,
  whole,
} from '@onsale/platform/read-model'
import { type Network, NoReplyError, type SimProcess } from '../kernel/index.js'
import { connectionLost, connectionRefused } from './errors.js'
import type { SqlReplica } from './sql-replica.js'
import { keyOf, type Row, type Value } from './tables.js'

/** Nothing is rebuilt in a simulated run. */
const servedVersion = 1

/** Rows of one state of the replica. */
export interface SimRows {
  /** One row by the values of its key; null where there is none. */
  get(table: string, ...key: Value[]): Promise<Row | null>
}

/** What a process sees of the simulated replica. */
export class SimReadModel implements ReadModelReplica<SimRows> {
  constructor(
    private readonly network: Network,
    private readonly replica: SqlReplica,
    private readonly process: SimProcess,
    /** Share of the snapshots, and of the looks at the checkpoints, that take no time but for their beginning. */
    private readonly instant = 0,
  ) {}

  async snapshot<Result>(work: (snapshot: Snapshot<SimRows>) => Promise<Result>): Promise<Result> {
    const { replica } = this
    const token = {}
    const state = await this.ask('begin snapshot', () => {
      this.lag()
      return replica.open(token, this.process)
    })
    try {
      return await work(this.at(state, token))
    } finally {
      replica.close(token)
    }
  }

  async checkpoints(): Promise<Checkpoints> {
    const look = () => {
      this.lag()
      return this.checkpointsAt(this.replica.applied)
    }
    return this.isInstant() ? look() : this.ask('checkpoints', look)
  }

  /** The replica in one state. */
  private at(state: number, token: object): Snapshot<SimRows> {
    const { tables } = this.replica.primary
    const instant = this.isInstant()
    const ask = async <Result>(name: string, work: () => Result): Promise<Result> => {
      const look = () => {
        if (!this.replica.has(token)) throw connectionLost()
        return work()
      }
      return instant ? look() : this.ask(name, look)
    }
    return {
      rows: {
        get: (table, ...key) => ask(`read ${table}`, () => tables.get(table, keyOf(key), state)),
      },
      checkpoints: () => ask('checkpoints', () => this.checkpointsAt(state)),
      streamStates: (models, topic, streams) =>
        ask('stream states', () => this.streamStates(state, models, topic, streams)),
      isParked: (models, position) => ask('is it parked', () => this.isParked(state, models, position)),
    }
  }

  private ask<Result>(name: string, work: () => Result): Promise<Result> {
    const call = { from: this.process, to: this.replica, name, timeoutMs: 20_000 }
    return this.network.call(call, work).catch((error: Error) => {
      if (!(error instanceof NoReplyError)) throw error
      throw error.kind === 'refused' ? connectionRefused() : connectionLost(error.message)
    })
  }

  private isInstant(): boolean {
    const reaches = this.replica.up && !this.network.isolated.has(this.process)
    return this.instant > 0 && reaches && this.process.random.chance(this.instant)
  }

  private lag(): void {
    const { behind, kernel, name } = this.replica
    if (behind > 0) kernel.count('replicaLag', () => `read while ${behind} transactions behind`, name)
  }

  private checkpointsAt(state: number): Checkpoints {
    const rows = [...this.replica.primary.tables.rows('projection_checkpoint', state)]
    return new Checkpoints(
      rows.map((row) => ({
        projection: row.projection as string,
        version: row.version as number,
        topic: row.topic as string,
        partition: row.partition_no as number,
        nextOffset: row.next_offset as number,
      })),
    )
  }

  private streamStates(
    state: number,
    models: readonly ReadModel[],
    topic: string,
    streams: readonly string[],
  ): Map<string, StreamState> {
    const { tables } = this.replica.primary
    const states = new Map<string, StreamState>()
    const wanted = new Set(streams)
    const ofModels = (row: Row) =>
      models.some(({ projection }) => row.projection === projection && row.version === servedVersion)
    for (const row of tables.rows('parked_stream', state)) {
      const {
        stream,
        partition_no: partition,
        first_offset: offset,
      } = row as { stream: string } & Record<string, number>
      if (!wanted.has(stream) || row.topic !== topic || !ofModels(row)) continue
      const known = states.get(stream) ?? whole
      const first = Math.min(offset as number, known.parkedFrom?.offset ?? Number.POSITIVE_INFINITY)
      states.set(stream, { ...known, parkedFrom: { topic, partition: partition as number, offset: first } })
    }
    for (const stream of streams)
      for (const { projection } of models) {
        const row = tables.get('projection_stream', keyOf([projection, servedVersion, stream]), state)
        if (row?.incomplete === 1) states.set(stream, { ...(states.get(stream) ?? whole), incomplete: true })
      }
    return states
  }

  private isParked(state: number, models: readonly ReadModel[], { topic, partition, offset }: Position): boolean {
    const { tables } = this.replica.primary
    return models.some(
      ({ projection }) =>
        tables.get('parked_event', keyOf([keyOf([projection, servedVersion, topic, partition]), offset]), state) !==
        null,
    )
  }
}
