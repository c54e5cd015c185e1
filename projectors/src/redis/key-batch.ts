import type { ChangeBatch } from '../runtime/index.js'

/** Commands that change one key; what they change of it is merged until the batch is written. */
export type KeyChange =
  | 'HSET'
  | 'HINCRBY'
  | 'HDEL'
  | 'ZADD'
  | 'ZADDXX' // where the member is there
  | 'ZREM'
  | 'SADD'
  | 'SREM'
  | 'CELLS' // of two bits each, in a string
  | 'DEL'

/** What is to become of one key: by field, member or cell, the value, score or increment. */
export interface ChangedKey {
  change: KeyChange
  key: string
  parts: Map<string, string | number>
}

/** Cells of other strings, in the order in which they are to stand in this one; null: zero. */
export interface MovedCells {
  change: 'MOVECELLS'
  to: string
  cells: readonly ({ from: string; cell: number } | null)[]
}

/** Members that go from one sorted set to another with their scores; those that are not there stay away. */
export interface MovedMembers {
  change: 'ZMOVE'
  key: string
  to: string
  parts: Map<string, string | number>
}

export type KeyStep = ChangedKey | MovedMembers | { change: 'MOVECELLS'; moves: MovedCells[] }

/** `show:<stream>` or `seats:<stream>:<more>`: what the key holds, whose it is, which of several. */
export const viewKey = (kind: string, stream: string, more?: string | number): string =>
  more === undefined ? `${kind}:${stream}` : `${kind}:${stream}:${more}`

const removing: Partial<Record<KeyChange, KeyChange>> = { HDEL: 'HSET', ZREM: 'ZADD', SREM: 'SADD' }

/**
 * The changes of keys that a run of events leads to, in the order in which they come; changes of the same kind of the same key become one command.
 * Handlers fill it and read nothing: what an event changes is in the event, in the plan, or was remembered of the stream.
 */
export class KeyBatch implements ChangeBatch {
  private readonly ordered: KeyStep[] = []
  /** Where later changes of a key may still be merged into. */
  private latest = new Map<string, ChangedKey | MovedMembers>()
  private readonly written = new Set<string>()
  private readonly needed = new Set<string>()
  private readonly remembered = new Map<string, string>()
  private attempted: (() => void)[] | null = null
  private parts = 0

  get size(): number {
    return this.parts
  }

  get notes(): ReadonlyMap<string, string> {
    return this.remembered
  }

  /** Keys that must be there before any of it is written. */
  get needs(): ReadonlySet<string> {
    return this.needed
  }

  get steps(): readonly KeyStep[] {
    return this.ordered
  }

  attempt(work: () => void): void {
    const calls: (() => void)[] = []
    this.attempted = calls
    try {
      work()
    } finally {
      this.attempted = null
    }
    for (const call of calls) call()
  }

  /** The key is there by the time of this change: otherwise the view is not what the events before led to. */
  must(key: string): void {
    this.do(() => {
      if (!this.written.has(key)) this.needed.add(key)
    })
  }

  /** For the handlers of the stream's next events: context.remembered(stream). */
  remember(stream: string, note: string): void {
    this.do(() => void this.remembered.set(stream, note))
  }

  hset(key: string, fields: Readonly<Record<string, string | number>>): void {
    this.do(() => this.set('HSET', key, Object.entries(fields)))
  }

  /** Whole numbers; a field that is not there begins at zero. */
  hincrby(key: string, fields: Readonly<Record<string, number>>): void {
    this.do(() => {
      const set = this.latest.get(key)
      const into = set?.change === 'HSET' ? set : this.slot('HINCRBY', key)
      for (const [field, by] of Object.entries(fields)) {
        const before = into.parts.get(field)
        // Into a hash that is set in this batch: a field that is not of it waits for its own command.
        if (into.change === 'HSET' && before === undefined) {
          const own = this.slot('HINCRBY', key)
          this.put(own, field, Number(own.parts.get(field) ?? 0) + by)
        } else this.put(into, field, Number(before ?? 0) + by)
      }
    })
  }

  hdel(key: string, ...fields: string[]): void {
    this.do(() => this.set('HDEL', key, fields.map(asPart)))
  }

  zadd(key: string, member: string, score: number): void {
    this.do(() => this.set('ZADD', key, [[member, score]]))
  }

  /** A score for each member that the set has; it gets no others. */
  zaddxx(key: string, scores: Iterable<[string, number]>): void {
    this.do(() => this.set('ZADDXX', key, [...scores]))
  }

  /** From one sorted set to another, with the score that it has there; nothing where it is not there. */
  zmove(from: string, to: string, member: string): void {
    this.do(() => {
      const latest = this.latest.get(from)
      const isSame = latest?.change === 'ZMOVE' && latest.to === to && this.latest.get(to) === latest
      const step: MovedMembers = isSame ? latest : { change: 'ZMOVE', key: from, to, parts: new Map() }
      if (!isSame) {
        this.ordered.push(step)
        this.latest.set(from, step)
        this.latest.set(to, step)
      }
      this.put(step, member, '')
    })
  }

  zrem(key: string, ...members: string[]): void {
    this.do(() => this.set('ZREM', key, members.map(asPart)))
  }

  sadd(key: string, ...members: string[]): void {
    this.do(() => this.set('SADD', key, members.map(asPart)))
  }

  srem(key: string, ...members: string[]): void {
    this.do(() => this.set('SREM', key, members.map(asPart)))
  }

  /** Of a string of two bits a cell. @param value 0 to 3 */
  cell(key: string, at: number, value: number): void {
    this.do(() => this.set('CELLS', key, [[String(at), value]]))
  }

  /** Strings made of the cells of others as they are before any of them is made. */
  moveCells(moves: { to: string; cells: MovedCells['cells'] }[]): void {
    this.do(() => {
      this.latest = new Map()
      this.ordered.push({ change: 'MOVECELLS', moves: moves.map((move) => ({ change: 'MOVECELLS', ...move })) })
      for (const { to, cells } of moves) {
        this.written.add(to)
        this.parts += cells.length
      }
    })
  }

  del(key: string): void {
    this.do(() => this.set('DEL', key, [['', '']]))
  }

  private do(change: () => void): void {
    if (this.attempted) this.attempted.push(change)
    else change()
  }

  private set(change: KeyChange, key: string, parts: [string, string | number][]): void {
    const slot = this.slot(change, key)
    for (const [part, value] of parts) this.put(slot, part, value)
  }

  private put(slot: Pick<ChangedKey, 'parts'>, part: string, value: string | number): void {
    const before = slot.parts.size
    slot.parts.set(part, value)
    this.parts += slot.parts.size - before
  }

  private slot(change: KeyChange, key: string): ChangedKey {
    if (!removing[change] && change !== 'DEL') this.written.add(key)
    const latest = this.latest.get(key)
    if (latest?.change === change) return latest
    const slot: ChangedKey = { change, key, parts: new Map() }
    this.ordered.push(slot)
    this.latest.set(key, slot)
    return slot
  }
}

const asPart = (name: string): [string, string] => [name, '']
