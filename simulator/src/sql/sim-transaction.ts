import type { Checkpoint, CheckpointId, Parked, RowBatch, Stop, StoreTransaction } from '@onsale/projectors'
import { type Connection, none } from './connection.js'
import {
  cellsOf,
  checkpointKey,
  firstCheckpoint,
  isOf,
  moveCheckpoint,
  parkEvent,
  parkedEventKey,
  parkedStreamKey,
  parkStream,
  places,
  streamKey,
  streamRow,
  streamVersions,
  writeRows,
} from './statements.js'
import type { Cell, Row } from './tables.js'
import type { Transaction } from './transaction.js'

/** The statements of the real transaction, one after the other on one connection. */
export class SimTransaction implements StoreTransaction {
  constructor(private readonly connection: Connection) {}

  moveCheckpoint(id: CheckpointId, from: Checkpoint, to: Checkpoint, now: number): Promise<boolean> {
    return this.change('move checkpoint', 'projection_checkpoint', checkpointKey(id), (transaction, cell) =>
      moveCheckpoint(transaction, cell, from, to, now),
    )
  }

  renewCheckpoint(id: CheckpointId, now: number): Promise<void> {
    return this.update('renew checkpoint', 'projection_checkpoint', checkpointKey(id), (row) => ({
      ...row,
      epoch: (row.epoch as number) + 1,
      updated_at: now,
    }))
  }

  raiseCheckpoint(id: CheckpointId, nextOffset: number, now: number): Promise<void> {
    return this.change('raise checkpoint', 'projection_checkpoint', checkpointKey(id), (transaction, cell) => {
      const row = transaction.read(cell) ?? firstCheckpoint(id, now)
      const next_offset = Math.max(row.next_offset as number, nextOffset)
      transaction.write(cell, { ...row, next_offset, updated_at: now })
    })
  }

  async writeRows({ version }: CheckpointId, rows: RowBatch): Promise<void> {
    if (rows.size === 0) return
    const { tables, fits } = this.server
    await this.connection.execute('write rows', {
      locks: cellsOf(tables, version, rows),
      run: (transaction) => writeRows(transaction, tables, version, rows, fits),
    })
  }

  async streamVersions(id: CheckpointId, streams: readonly string[]) {
    if (streams.length === 0) return streamVersions(() => null, [])
    return this.read('stream versions', (transaction) =>
      streamVersions((stream) => transaction.read(this.cell('projection_stream', streamKey(id, stream))), streams),
    )
  }

  async saveStreamVersions(id: CheckpointId, versions: ReadonlyMap<string, number>): Promise<void> {
    if (versions.size === 0) return
    const sorted = [...versions].sort(([a], [b]) => (a < b ? -1 : 1))
    const cells = sorted.map(([stream]) => this.cell('projection_stream', streamKey(id, stream)))
    await this.connection.execute('save stream versions', {
      locks: cells,
      run: (transaction) => {
        for (const [at, cell] of cells.entries()) {
          const [stream, version] = sorted[at] as [string, number]
          transaction.write(cell, streamRow(transaction.read(cell), id, stream, version))
        }
      },
    })
  }

  parkedPlaces(id: CheckpointId, stream: string, most: number) {
    return this.read('parked places', (transaction) => places(transaction.rows('parked_event'), id, stream, most))
  }

  isRedriveWanted(id: CheckpointId, stream: string): Promise<boolean> {
    return this.read('is a redrive wanted', (transaction) => {
      const row = transaction.read(this.cell('parked_stream', parkedStreamKey(id, stream)))
      return row !== null && row.redrive_at !== null
    })
  }

  async park(id: CheckpointId, parked: readonly Parked[], now: number): Promise<void> {
    if (parked.length === 0) return
    const streams = parked.filter(({ stop }) => stop)
    const streamCells = streams.map(({ stream }) => this.cell('parked_stream', parkedStreamKey(id, stream)))
    const eventCells = parked.map(({ offset }) => this.cell('parked_event', parkedEventKey(id, offset)))
    await this.connection.execute('park', {
      locks: [...streamCells, ...eventCells],
      run: (transaction) => {
        for (const [at, cell] of streamCells.entries()) parkStream(transaction, cell, id, streams[at] as Parked, now)
        for (const [at, cell] of eventCells.entries()) parkEvent(transaction, cell, id, parked[at] as Parked, now)
      },
    })
  }

  parkAgain(id: CheckpointId, stream: string, { offset, reason, detail, missing }: Stop): Promise<void> {
    return this.update('park again', 'parked_stream', parkedStreamKey(id, stream), (row) => ({
      ...row,
      ...{ first_offset: offset, reason, detail, missing, redrive_at: null, redrive_by: null },
      attempts: (row.attempts as number) + 1,
    }))
  }

  parkedFrom(id: CheckpointId, stream: string, firstOffset: number): Promise<void> {
    return this.update('parked from', 'parked_stream', parkedStreamKey(id, stream), (row) => ({
      ...row,
      first_offset: firstOffset,
    }))
  }

  async unparkEvents(id: CheckpointId, stream: string, before: number): Promise<void> {
    const { tables } = this.server
    await this.connection.execute('unpark events', {
      // Found where the statement is run: the checkpoint's lock keeps others from adding to them.
      locks: lazily(() =>
        [...tables.cells('parked_event')].filter((cell) => {
          const row = cell.asOf(tables.committed)
          return row && row.stream === stream && isOf(row, id) && (row.offset_no as number) < before
        }),
      ),
      run: (transaction) => {
        for (const row of [...transaction.rows('parked_event')])
          if (row.stream === stream && isOf(row, id) && (row.offset_no as number) < before)
            transaction.write(this.cell('parked_event', parkedEventKey(id, row.offset_no as number)), null)
      },
    })
  }

  unparkStream(id: CheckpointId, stream: string): Promise<void> {
    return this.change('unpark stream', 'parked_stream', parkedStreamKey(id, stream), (transaction, cell) =>
      transaction.write(cell, null),
    )
  }

  private get server() {
    return this.connection.link.server
  }

  private cell(table: string, key: string): Cell {
    return this.server.tables.cell(table, key)
  }

  private read<Result>(name: string, run: (transaction: Transaction) => Result): Promise<Result> {
    return this.connection.execute(name, { locks: none, run })
  }

  private change<Result>(
    name: string,
    table: string,
    key: string,
    run: (transaction: Transaction, cell: Cell) => Result,
  ): Promise<Result> {
    const cell = this.cell(table, key)
    return this.connection.execute(name, { locks: [cell], run: (transaction) => run(transaction, cell) })
  }

  /** Where there is no such row, nothing is done, as in SQL. */
  private update(name: string, table: string, key: string, to: (row: Row) => Row): Promise<void> {
    return this.change(name, table, key, (transaction, cell) => {
      const row = transaction.read(cell)
      if (row) transaction.write(cell, to(row))
    })
  }
}

function* lazily<Item>(items: () => Iterable<Item>): Iterable<Item> {
  yield* items()
}
