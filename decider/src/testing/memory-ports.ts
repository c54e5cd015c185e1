import type { CountedRecord, ParkedRecord, RawRecord } from '@onsale/platform/log'
import { countedRecords, header, ReaderRule } from '@onsale/platform/log'
import type { OwnerPorts } from '../ports.js'

export type Failure = 'append lost' | 'append unconfirmed'

/**
 * One partition's log in memory, with the fence, markers after each transaction, and failures on demand: an append that
 * never happened and one that happened but was not confirmed look the same to the owner.
 */
export class MemoryLog {
  readonly commands: RawRecord[] = []
  readonly events: RawRecord[] = []
  readonly parked: ParkedRecord[] = []
  failures: Failure[] = []
  appends: number[] = []
  /** Where readers of the journal began. */
  readonly readFrom: number[] = []
  private epoch = 0
  private takers = new Set<(records: RawRecord[]) => void>()
  private end = 0
  /** Who waits for something new in the journal. */
  private readonly appended = new Set<() => void>()

  constructor(private readonly now: () => number) {}

  command(value: Buffer | null, headers: Record<string, string>): number {
    const offset = this.commands.length
    const record: RawRecord = {
      topic: 'commands',
      partition: 0,
      offset,
      key: null,
      value,
      headers,
      appendedAt: this.now(),
    }
    this.commands.push(record)
    for (const take of this.takers) take([record])
    return offset
  }

  get reads(): number {
    return this.readFrom.length
  }

  /** A record that got past the fence. */
  slip(headers: RawRecord['headers']): void {
    const at = { topic: 'events', partition: 0, offset: this.end, appendedAt: this.now() }
    this.events.push({ ...at, key: null, value: Buffer.from('nobody reads this'), headers })
    this.end += 1
    this.wake()
  }

  private wake(): void {
    for (const wake of this.appended) wake()
    this.appended.clear()
  }

  counted(): CountedRecord[] {
    return countedRecords(new ReaderRule(null), this.events)
  }

  /** What each command was answered, by its offset; an offset answered twice is listed twice. */
  answers(): { commandOffset: number; type: string }[] {
    return this.counted()
      .filter(({ headers }) => headers[header.commandRecords] !== undefined)
      .map(({ headers }) => ({
        commandOffset: Number(headers[header.commandOffset]),
        type: String(headers[header.type]).split('.').at(-1) as string,
      }))
  }

  ports(): OwnerPorts {
    let taker: ((records: RawRecord[]) => void) | null = null
    const unfeed = () => {
      if (taker) this.takers.delete(taker)
      taker = null
    }
    return {
      confirmed: async () => {},
      openLog: async () => {
        let mine: number | null = null
        return {
          append: async (records, parked = []) => {
            await Promise.resolve()
            mine ??= ++this.epoch
            if (mine !== this.epoch) throw new Error('fenced')
            const failure = this.failures.shift()
            if (failure === 'append lost') throw new Error('timed out')
            const baseOffset = this.end
            this.appends.push(records.length)
            for (const { key, value, headers } of records) {
              this.events.push({
                topic: 'events',
                partition: 0,
                offset: this.end++,
                key,
                value,
                headers,
                appendedAt: this.now(),
              })
            }
            this.end += 1
            this.wake()
            this.parked.push(...parked)
            if (failure === 'append unconfirmed') throw new Error('timed out')
            return { baseOffset }
          },
          close: async () => {},
        }
      },
      readJournal: async ({ offset, claimId }, onRecords, signal) => {
        this.readFrom.push(offset)
        const rule = new ReaderRule(claimId)
        for (let next = offset; !signal.aborted; ) {
          const records = this.events.filter((record) => record.offset >= next)
          const place = { nextOffset: this.end, endOffset: this.end }
          next = this.end
          if (await onRecords(countedRecords(rule, records), place)) return
          if (this.end > next) continue
          await new Promise<void>((resolve) => {
            this.appended.add(resolve)
            signal.addEventListener('abort', () => resolve(), { once: true })
          })
        }
        throw new Error('stopped')
      },
      commandEnds: async () => ({ start: 0, end: this.commands.length }),
      feed: (offset, take) => {
        taker = take
        this.takers.add(take)
        take(this.commands.slice(offset))
      },
      unfeed,
      pause() {},
      resume() {},
    }
  }
}
