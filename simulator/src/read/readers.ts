import { partitionOf } from '@onsale/domain'
import { type Position, ProblemError } from '@onsale/platform/http'
import { type PositionedReads, type Read, type ReadModel, readCommandStatus } from '@onsale/platform/read-model'
import { storedRecord } from '../check/stored-record.js'
import type { Kernel, SimProcess } from '../kernel/index.js'
import type { ClientBook } from '../load/clients.js'
import type { Request } from '../load/request.js'
import type { Row, SimRows } from '../sql/index.js'
import type { World } from '../world/world.js'
import type { QueryService } from './query-service.js'
import { type Reference, rowBefore, sameRow } from './reference.js'

type Answer = Parameters<ClientBook['answered']>[1]
type Reads = PositionedReads<SimRows>

const model = (projection: string): ReadModel => ({ projection, source: 'events' })
const reservations = model('reservations')
const shows = model('shows')
const seats = model('seats')
const commandStatus = model('command_status')

/** A row, and whose it is. */
interface Looked {
  table: string
  key: string
  row: Row | null
}

const mostTries = 4

/**
 * Clients that read: each with the last position that it has seen of a partition, as a client does. What they are shown
 * must be what the journal leads to at the position that the answer names, never before the one that they brought.
 */
export class Readers implements ClientBook {
  /** Reads under way. */
  waiting = 0
  readonly answers = { shown: 0, notYet: 0, parked: 0, away: 0 }
  private readonly process: SimProcess
  /** By client and partition. */
  private readonly seen = new Map<string, Position>()

  constructor(
    private readonly world: World,
    private readonly services: readonly QueryService[],
    private readonly references: readonly Reference[],
    /** Whether anything may be parked in this run: then a stream's events may come later than others'. */
    private readonly mayPark: () => boolean,
    private readonly share: number,
  ) {
    this.process = world.kernel.process('readers')
  }

  answered(request: Request, { record, position }: Answer): void {
    const { caller } = request
    this.see(caller, position)
    const { random } = this.process
    if (!random.chance(this.share)) return
    const { reservationId, showId } = record.data as { reservationId?: string; showId?: string }
    const asked = random.chance(0.8) ? this.last(caller, position.partition) : null
    const what = random.next()
    const message = this.world.server.log(position.topic, position.partition).at(record.offset)
    const commandId = message ? storedRecord(message).commandId : null
    if (what < 0.3 && commandId !== null && leavesRow(record)) this.status(caller, commandId, null, asked, position)
    else if (what < 0.5 && reservationId) this.one(caller, reservations, 'reservations_v1', reservationId, asked)
    else if (what < 0.6 && reservationId && showId) this.reservationWithMap(caller, reservationId, showId, asked)
    else if (showId) this.one(caller, shows, 'shows_v1', showId, asked)
  }

  accepted({ caller, showId }: Request, commandId: string): void {
    const partition = showId === null ? null : partitionOf(showId)
    if (showId === null || partition === null) return
    const expiresAt = Number.MAX_SAFE_INTEGER
    this.status(caller, commandId, { commandId, callerId: caller, showId, partition, expiresAt }, null, null)
  }

  /** What became of a command; `answeredAt`: where its answer stands, if the client has it. */
  private status(
    caller: string,
    commandId: string,
    accepted: Parameters<typeof readCommandStatus>[1]['accepted'],
    asked: Position | null,
    answeredAt: Position | null,
  ): void {
    const request = { model: commandStatus, accepted, position: asked }
    this.read(
      `status of ${commandId}`,
      caller,
      asked,
      (reads) =>
        readCommandStatus(reads, request, async (rows) => {
          const row = await rows.get('command_status_v1', commandId)
          return row as (Row & { partition_no: number }) | null
        }),
      ({ result, position }) => {
        if (result.kind === 'unknown' && accepted)
          this.violate(
            'accepted-then-unknown',
            `${caller} was told that ${commandId} was taken, and then that it is unknown`,
          )
        if (result.kind !== 'answered') {
          if (asked && answeredAt && !this.mayPark() && asked.offset >= answeredAt.offset)
            this.violate(
              'own-write-missing',
              `${caller} was answered ${commandId} at ${answeredAt.offset}, and is shown ${result.kind} at ${position?.offset}`,
            )
          return []
        }
        return [{ table: 'command_status_v1', key: commandId, row: result.row }]
      },
    )
  }

  private one(caller: string, of: ReadModel, table: string, id: string, asked: Position | null): void {
    const showId = id.slice(0, id.indexOf('.', 2) < 0 ? undefined : id.indexOf('.', 2))
    const request = { models: [of], position: asked, partition: partitionOf(showId), stream: showId }
    this.read(
      `${table} ${id}`,
      caller,
      asked,
      (reads) => reads.read(request, (rows) => rows.get(table, id)),
      ({ result }) => [{ table, key: id, row: result }],
    )
  }

  /** Of two read models, at the place that both show: each row may be later than that, never earlier. */
  private reservationWithMap(caller: string, id: string, showId: string, asked: Position | null): void {
    const request = { models: [reservations, seats], position: asked, partition: partitionOf(showId), stream: showId }
    this.read(
      `reservation ${id} with its map`,
      caller,
      asked,
      (reads) =>
        reads.read(request, async (rows) => ({
          reservation: await rows.get('reservations_v1', id),
          map: await rows.get('seat_maps_v1', showId),
        })),
      ({ result, position }) => {
        if (!position) return []
        this.since(caller, { table: 'reservations_v1', key: id, row: result.reservation }, position)
        this.since(caller, { table: 'seat_maps_v1', key: showId, row: result.map }, position)
        return []
      },
    )
  }

  /** Reads, again where it is told to come back, and compares what it is shown with the journal. */
  private read<Result>(
    what: string,
    caller: string,
    asked: Position | null,
    work: (reads: Reads) => Promise<Read<Result>>,
    looked: (read: Read<Result>) => Looked[],
  ): void {
    const { process, world } = this
    this.waiting += 1
    void (async () => {
      for (let tried = 1; tried <= mostTries; tried++) {
        try {
          const read = await this.send(work)
          this.answers.shown += 1
          world.kernel.say(
            caller,
            () => `reads ${what} at ${asked?.offset ?? 'any'}, is shown ${read.position?.offset}`,
          )
          this.check(caller, what, asked, read, looked(read))
          break
        } catch (error) {
          if (!(error instanceof ProblemError)) this.answers.away += 1
          else if (error.code === 'not-yet-projected') this.answers.notYet += 1
          else if (error.code === 'stream-parked') this.answers.parked += 1
          else if (error.status === 503) this.answers.away += 1
          else this.violate('read-fails', `${caller} reads ${what}: ${error.code}`)
          if (error instanceof ProblemError && error.code === 'stream-parked' && !this.mayPark())
            this.violate('parked-without-cause', `${caller} reads ${what}: stream-parked`)
        }
        await process.sleep(process.random.exponential(300))
      }
      this.waiting -= 1
    })()
  }

  private send<Result>(work: (reads: Reads) => Promise<Result>): Promise<Result> {
    const { process, world, services } = this
    const service = process.random.pick(services)
    const call = { from: process, to: service, name: 'GET', timeoutMs: 8_000 }
    return world.network.request<Result>(call, (replies) => {
      if (!world.processOf(service.name)) return replies.reject(new ProblemError(503, 'down', 'The instance is away.'))
      service.ask(work, replies)
    })
  }

  private check<Result>(
    caller: string,
    what: string,
    asked: Position | null,
    { position }: Read<Result>,
    looked: Looked[],
  ): void {
    if (asked && (!position || position.offset < asked.offset)) {
      this.violate(
        'read-goes-back',
        `${caller} reads ${what} with position ${asked.offset}, and is shown ${position?.offset}`,
      )
      return
    }
    for (const { table, key, row } of looked) {
      if (!position) {
        if (row) this.violate('read-differs', `${caller} is shown ${table} ${key} at no position`)
        continue
      }
      const { entries, columns } = this.entriesOf(table, key, position)
      const should = rowBefore(entries, position.offset + 1, new Map())
      if (sameRow(columns, should, row)) continue
      // An event of a parked stream comes later than others of the partition.
      if (this.mayPark() && entries.some((it) => sameRow(columns, it.row, row))) continue
      this.violate(
        'read-differs',
        `${caller} is shown ${table} ${key} at ${position.offset} as ${JSON.stringify(row)}, the journal says ${JSON.stringify(should)}`,
      )
    }
    if (position) this.see(caller, position)
  }

  private since(caller: string, { table, key, row }: Looked, position: Position): void {
    const { entries, columns } = this.entriesOf(table, key, position)
    const later = entries.filter(({ offset }) => offset > position.offset)
    const rows = [rowBefore(entries, position.offset + 1, new Map()), ...later.map((it) => it.row)]
    if (rows.some((it) => sameRow(columns, it, row)) || this.mayPark()) return
    this.violate(
      'read-differs',
      `${caller} is shown ${table} ${key} as ${JSON.stringify(row)}: at ${position.offset} or later it never was`,
    )
  }

  private entriesOf(table: string, key: string, { partition }: Position) {
    const reference = this.references[partition] as Reference
    reference.catchUp()
    const { rows, columns } = reference.table(table)
    return { entries: rows.get(key) ?? [], columns }
  }

  /** A client keeps the furthest position of each partition. */
  private see(caller: string, position: Position): void {
    const key = `${caller} ${position.partition}`
    const before = this.seen.get(key)
    if (!before || before.offset < position.offset) this.seen.set(key, position)
  }

  private last(caller: string, partition: number): Position | null {
    return this.seen.get(`${caller} ${partition}`) ?? null
  }

  private violate(invariant: string, detail: string): void {
    const { kernel }: { kernel: Kernel } = this.world
    kernel.violate(invariant, detail)
  }
}

/** Whether the record leaves a row under its command's id: a repetition does not, nor do some refusals. */
function leavesRow({ type, data }: Answer['record']): boolean {
  if (type === 'CommandRepeated') return false
  const refused = data as { commandId: string | null; reason: string }
  return type !== 'CommandRejected' || (refused.commandId !== null && refused.reason !== 'idempotency-key-reused')
}
