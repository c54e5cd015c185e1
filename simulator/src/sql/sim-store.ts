import type { Checkpoint, CheckpointId, ParkedTally, ProjectionStore, StoreTransaction } from '@onsale/projectors'
import type { SimProcess } from '../kernel/index.js'
import { Connection, none, type SqlLink } from './connection.js'
import { SimTransaction } from './sim-transaction.js'
import { checkpointKey, firstCheckpoint, isOf, places, streamKey, streamVersions, toCheckpoint } from './statements.js'
import type { Row } from './tables.js'

/** The real store's contract, over the network to the simulated primary. */
export class SimStore implements ProjectionStore {
  constructor(
    private readonly link: SqlLink,
    private readonly process: SimProcess,
  ) {}

  async checkpoint(id: CheckpointId, now: number): Promise<Checkpoint> {
    const key = checkpointKey(id)
    const found = await this.read('checkpoint', () => this.get('projection_checkpoint', key))
    if (found) return toCheckpoint(found)
    const cell = this.link.server.tables.cell('projection_checkpoint', key)
    return new Connection(this.link, this.process).alone('first checkpoint', {
      locks: [cell],
      run: (transaction) => {
        const row = transaction.read(cell) ?? firstCheckpoint(id, now)
        transaction.write(cell, row)
        return toCheckpoint(row)
      },
    })
  }

  parkedStreams(id: CheckpointId): Promise<Set<string>> {
    return this.read('parked streams', () => {
      const streams = new Set<string>()
      for (const row of this.rows('parked_stream')) if (isOf(row, id)) streams.add(row.stream as string)
      return streams
    })
  }

  parkedNow(topic: string): Promise<ParkedTally[]> {
    return this.read('what is parked', () => {
      const tallies = new Map<string, ParkedTally>()
      const tallyOf = (row: Row): ParkedTally => {
        const { projection, version, partition_no: partition } = row
        const key = `${projection} ${version} ${partition}`
        const tally =
          tallies.get(key) ??
          ({ projection, version, partition, streams: [], events: 0, dropped: 0 } as unknown as ParkedTally)
        tallies.set(key, tally)
        return tally
      }
      for (const row of this.rows('parked_stream'))
        if (row.topic === topic)
          tallyOf(row).streams.push({
            stream: row.stream as string,
            missing: row.missing as number,
            redriveWanted: row.redrive_at !== null,
          })
      for (const row of this.rows('parked_event')) if (row.topic === topic) tallyOf(row).events += 1
      return [...tallies.values()]
    })
  }

  async streamVersions(id: CheckpointId, streams: readonly string[]) {
    if (streams.length === 0) return streamVersions(() => null, [])
    return this.read('stream versions', () =>
      streamVersions((stream) => this.get('projection_stream', streamKey(id, stream)), streams),
    )
  }

  parkedPlaces(id: CheckpointId, stream: string, most: number) {
    return this.read('parked places', () => places(this.rows('parked_event'), id, stream, most))
  }

  async transaction<Result>(work: (transaction: StoreTransaction) => Promise<Result>): Promise<Result> {
    const connection = new Connection(this.link, this.process)
    try {
      const result = await work(new SimTransaction(connection))
      await connection.commit()
      return result
    } catch (error) {
      await connection.rollback()
      throw error
    }
  }

  private read<Result>(name: string, run: () => Result): Promise<Result> {
    return new Connection(this.link, this.process).alone(name, { locks: none, run })
  }

  private get(table: string, key: string): Row | null {
    const { tables } = this.link.server
    return tables.get(table, key, tables.committed)
  }

  private rows(table: string): Iterable<Row> {
    const { tables } = this.link.server
    return tables.rows(table, tables.committed)
  }
}
