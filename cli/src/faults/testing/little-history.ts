import type { Fact } from '../check/journal-facts.js'
import type { CommandName, CommandOperation, Place, ReadOperation } from '../history.js'

export const showId = '0.show'
export const reservationId = `${showId}.r1`

/** A command as a customer would have it on record; by default accepted. */
export const sent = (id: string, f: CommandName, but: Partial<CommandOperation> = {}): CommandOperation => ({
  ...{ kind: 'command', id, process: 1, f, key: showId, reservationId, request: {}, invokedAt: 0, endedAt: 1 },
  ...{ outcome: 'ok', code: null, taken: false, position: null, places: null, ...but },
})

export const read = (value: string, shown: Place, but: Partial<ReadOperation> = {}): ReadOperation => ({
  ...{ kind: 'read', id: 'read', process: 1, f: 'read-reservation', key: showId, reservationId, invokedAt: 0 },
  ...{ endedAt: 1, outcome: 'ok', code: null, asked: null, shown, value, ...but },
})

export const at = (offset: number, partition = 0): Place => ({ partition, offset })

/** A journal of one partition: each command is the next one, each record lies at the next offset. */
export class LittleJournal {
  readonly facts: Fact[] = []
  private commands = 0

  /** What a command left, answer first. */
  decided(correlationId: string, ...types: [type: string, data?: object][]): this {
    const commandOffset = this.commands++
    for (const [type, data = {}] of types) this.add(type, data, commandOffset, correlationId)
    return this
  }

  /** What time caused. */
  happened(type: string, data: object): this {
    this.add(type, data, null, null)
    return this
  }

  private add(type: string, data: object, commandOffset: number | null, correlationId: string | null): void {
    const full = { reservationId, seats: ['A-1'], areas: [{ area: 'floor', quantity: 2 }], ...data }
    this.facts.push({
      ...{ partition: 0, offset: this.facts.length, type, data: full, commandId: null, commandOffset, correlationId },
    })
  }
}
