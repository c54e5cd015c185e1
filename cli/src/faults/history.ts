import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { dirname } from 'node:path'

/** A place in the journal. */
export interface Place {
  partition: number
  offset: number
}

/** To a waiting room. */
export type RoomCommandName = 'enter' | 'leave'
export type CommandName = 'reserve' | 'extend' | 'change' | 'confirm' | 'release' | 'cancel' | RoomCommandName

export const isOfRoom = (f: CommandName): f is RoomCommandName => f === 'enter' || f === 'leave'

interface Operation {
  /** Also the command's correlation id: the log says it of everything that the command left. */
  id: string
  process: number
  /** Show id. */
  key: string
  /** Ms since the history began. */
  invokedAt: number
  endedAt: number | null
  /**
   * ok: the answer says that it was done; fail: that it was not, and will not be; unknown: no final answer, and it may or may not
   * have been done.
   */
  outcome: 'ok' | 'fail' | 'unknown' | null
  code: string | null
}

export interface CommandOperation extends Operation {
  kind: 'command'
  f: CommandName
  /** What it is about, or what it made; of a waiting room the entry. */
  reservationId: string | null
  request: object
  /** A 202 was given: it must be decided, though its sender may not have learnt how. */
  taken: boolean
  /** The last record of its answer. */
  position: Place | null
  /** Seats and `2×area`, sorted; of reserve and change, as the answer says. */
  places: string[] | null
}

export interface ReadOperation extends Operation {
  kind: 'read'
  f: 'read-reservation' | 'read-show'
  reservationId: string | null
  /** What it must show at least. */
  asked: Place | null
  /** What the answer says that it shows. */
  shown: Place | null
  /** Of a reservation its status and places, of a show `held sold`. */
  value: string | null
}

export type AnyOperation = CommandOperation | ReadOperation

/** Everything that the clients saw, in memory for the check and as JSON lines for whoever wants to check it too. */
export class History {
  readonly operations: AnyOperation[] = []
  private readonly began = performance.now()
  private readonly out: WriteStream
  private index = 0

  constructor(readonly file: string) {
    mkdirSync(dirname(file), { recursive: true })
    this.out = createWriteStream(file)
  }

  /** Ms since the history began. */
  now(): number {
    return Math.round((performance.now() - this.began) * 1_000) / 1_000
  }

  invoke<One extends AnyOperation>(operation: One): One {
    this.operations.push(operation)
    const { id, process, f, key } = operation
    const value = operation.kind === 'command' ? operation.request : { asked: operation.asked }
    this.write({ process, type: 'invoke', f, key, op: id, reservation: operation.reservationId, value })
    return operation
  }

  end(operation: AnyOperation): void {
    const { id, process, f, key, outcome, code, reservationId } = operation
    const value =
      operation.kind === 'command'
        ? { places: operation.places, position: operation.position, taken: operation.taken }
        : { shown: operation.shown, says: operation.value }
    this.write({ process, type: outcome, f, key, op: id, reservation: reservationId, value, code })
  }

  /** Of the nemesis: what was done to which part. */
  note(type: 'invoke' | 'ok', f: string, value: object): void {
    this.write({ process: 'nemesis', type, f, key: null, op: null, reservation: null, value })
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.out.end(resolve))
  }

  private write(line: object): void {
    this.out.write(`${JSON.stringify({ index: this.index++, time: this.now(), ...line })}\n`)
  }
}
