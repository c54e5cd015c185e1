export type Operation = 'reserve' | 'confirm' | 'release' | 'cancel'

/** One command as its sender knows it. */
export interface SentCommand {
  operation: Operation
  buyer: string
  key: string
  /** Of the reservation it is about; of a reserve, once it is accepted. */
  reservationId: string | null
  /** Of a reserve: seats, and places as `2×floor`; those that were asked for, then those that were given. */
  places: readonly string[]
  /** Null as long as there is no final answer: a 202 is none. */
  outcome: 'accepted' | 'rejected' | null
  code: string | null
  attempts: number
  /** From the first byte sent to the final answer, ms. */
  tookMs: number
  /** Monotonic ms. */
  answeredAt: number
}

/** What all the clients know: each command that was sent, in the order in which it was sent first. */
export class ClientRecord {
  readonly commands: SentCommand[] = []
  /** Reserve commands that have their final answer. */
  reservesAnswered = 0
  /** Position token of the answer that came last. */
  lastPosition: string | null = null
  private readonly listeners: ((command: SentCommand) => void)[] = []

  onAnswer(listener: (command: SentCommand) => void): void {
    this.listeners.push(listener)
  }

  sent(operation: Operation, buyer: string, key: string, reservationId: string | null, places: readonly string[]) {
    const command: SentCommand = {
      operation,
      buyer,
      key,
      reservationId,
      places,
      outcome: null,
      code: null,
      attempts: 0,
      tookMs: 0,
      answeredAt: 0,
    }
    this.commands.push(command)
    return command
  }

  answered(command: SentCommand, position: string | null): void {
    command.answeredAt = performance.now()
    this.lastPosition = position ?? this.lastPosition
    if (command.operation === 'reserve') this.reservesAnswered += 1
    for (const listener of this.listeners) listener(command)
  }

  /** Buyers who wait for an answer that never came. */
  unanswered(): Set<string> {
    return new Set(this.commands.filter(({ outcome }) => outcome === null).map(({ buyer }) => buyer))
  }
}
