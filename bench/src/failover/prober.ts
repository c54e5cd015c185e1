import { setTimeout as sleep } from 'node:timers/promises'
import type { ShowCommand } from '@onsale/domain'
import {
  decodeJournal,
  header,
  headerNumber,
  headerText,
  type LogReader,
  ownerClaimedName,
  startJournalReader,
} from '@onsale/platform/log'
import { holdOf } from './history.js'
import type { PartitionLog } from './partition-log.js'
import { partition, probeMs } from './settings.js'

export interface Claim {
  claimId: string
  owner: string
}

/** Sends a command every few ms and sees each answer, as every instance of the ingress does. */
export class Prober {
  claim: Claim | null = null
  /** The last answer seen, and under whose claim. */
  answered: { at: number; claimId: string } | null = null
  private readonly sent = new Set<number>()
  private readonly answers = new Map<number, number>()
  private reader: LogReader | null = null
  private going = false
  private running: Promise<void> = Promise.resolve()
  private readonly watching = new Set<() => void>()

  constructor(
    private readonly log: PartitionLog,
    private readonly showId: string,
  ) {}

  async follow(from: { offset: number; claimId: string | null }): Promise<void> {
    const { kafka, topics, codec, logger } = this.log
    this.reader = await startJournalReader({
      kafka,
      topic: topics.events,
      name: 'bench-probe',
      logger,
      cursors: [{ partition, ...from }],
      onBatch: async ({ records }) => {
        const at = Date.now()
        for (const record of records) {
          if (headerText(record, header.type) === ownerClaimedName) {
            const { data } = await decodeJournal(codec, record)
            this.claim = data as Claim
          }
          if (headerText(record, header.commandRecords) === null) continue
          const offset = headerNumber(record, header.commandOffset) as number
          this.answers.set(offset, (this.answers.get(offset) ?? 0) + 1)
          this.answered = { at, claimId: record.claimId }
        }
        for (const look of this.watching) look()
      },
    })
  }

  start(): void {
    this.going = true
    this.running = (async () => {
      for (let held: ShowCommand | null = null; this.going; ) {
        const hold: ReturnType<typeof holdOf> = holdOf(this.showId, [])
        const { showId, reservationId, customerId } = hold.data
        const command: ShowCommand = held ?? hold
        held = held ? null : { type: 'ReleaseHold', data: { showId, reservationId, customerId } }
        for (const { record } of await this.log.send([command])) this.sent.add(record.offset)
        await sleep(probeMs)
      }
    })()
  }

  /** All at once; resolves when each is answered. */
  async burst(count: number): Promise<void> {
    const commands = Array.from({ length: count / 2 }, () => holdOf(this.showId, [])).flatMap((hold): ShowCommand[] => {
      const { showId, reservationId, customerId } = hold.data
      return [hold, { type: 'ReleaseHold', data: { showId, reservationId, customerId } }]
    })
    for (let at = 0; at < count; at += 500)
      for (const { record } of await this.log.send(commands.slice(at, at + 500))) this.sent.add(record.offset)
    await this.until(() => this.outstanding === 0)
  }

  get outstanding(): number {
    let count = 0
    for (const offset of this.sent) if (!this.answers.has(offset)) count += 1
    return count
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return
        this.watching.delete(look)
        resolve()
      }
      this.watching.add(look)
      look()
    })
  }

  /** Sends no more, and waits until each command is answered, or long enough. */
  async stop(): Promise<void> {
    this.going = false
    await this.running
    await Promise.race([this.until(() => this.outstanding === 0), sleep(30_000)])
  }

  async close(): Promise<{ commands: number; lost: number; doubled: number }> {
    await this.reader?.stop()
    const doubled = [...this.answers.values()].filter((count) => count > 1).length
    return { commands: this.sent.size, lost: this.outstanding, doubled }
  }
}
