import { hash } from 'node:crypto'
import { partitionOf } from '@onsale/domain'
import { type Append, createCommandHeaders } from '@onsale/platform/log'
import type { Clock, Ids, Timers } from '@onsale/platform/ports'
import { type Records, recordName } from '@onsale/schemas'
import type { FollowedRecord } from '../journal/followed-partition.js'

/** What the room made of a command: the type of its first event, and why it was refused. */
export interface RoomAnswer {
  type: string
  reason: string | null
  /** Log time, UTC ms. */
  time: number
}

export interface CommandSenderOptions {
  producer: { append(append: Append): Promise<{ offset: number }> }
  clock: Clock
  timers: Timers
  ids: Ids
  /** `answer`: null where none came in time. */
  onAnswer(command: string, answer: RoomAnswer | null, sentAt: number): void
}

/** A command that was not decided by then is refused: what it was sent for may have changed. */
const deadlineMs = 10_000
/** So long an answer is waited for; after that whoever sent it looks at the room again. */
const answerMs = 3_000
/** In the log, as who asked. */
const callerId = 'reactors'

/** Sends commands to rooms. A command whose answer does not come is forgotten: what to send next follows from the log alone. */
export class CommandSender {
  private readonly waiting = new Map<string, (answer: RoomAnswer) => void>()
  private arrived: (() => void)[] = []

  constructor(private readonly options: CommandSenderOptions) {}

  /**
   * @param commandId the same for what is to be done once, however often it is sent
   * @returns null where no answer came in time
   * @throws AppendUnknownError
   */
  async send<Name extends keyof Records>(
    name: Name,
    data: Records[Name] & { showId: string },
    commandId: string = this.options.ids.uuid(),
  ): Promise<RoomAnswer | null> {
    const { producer, clock, timers, ids, onAnswer } = this.options
    const id = ids.uuid()
    const now = clock.now()
    const headers = createCommandHeaders({
      ...{ source: '/onsale/reactors', id, name, commandId, callerId, now },
      showId: data.showId,
      bodyHash: hash('sha256', JSON.stringify(data), 'hex'),
      correlationId: commandId,
      traceparent: null,
      deadline: now + deadlineMs,
    })
    const over = new AbortController()
    const answered = new Promise<RoomAnswer>((resolve) => this.waiting.set(id, resolve))
    try {
      await producer.append({ partition: partitionOf(data.showId) as number, key: data.showId, name, data, headers })
      const late = timers.sleep(answerMs, over.signal).then(() => null)
      const answer = await Promise.race([answered, late])
      onAnswer(name.slice(name.lastIndexOf('.') + 1), answer, now)
      return answer
    } finally {
      over.abort('over')
      this.waiting.delete(id)
    }
  }

  /** A record of a journal. Whoever waits for it goes on after `settle`, when all that came with it is folded. */
  see({ causationId, type, data, time }: FollowedRecord): void {
    const resolve = causationId === null ? undefined : this.waiting.get(causationId)
    if (!resolve || causationId === null) return
    this.waiting.delete(causationId)
    const reason = type === 'CommandRejected' ? (data as { reason: string }).reason : null
    this.arrived.push(() => resolve({ type, reason, time }))
  }

  settle(): void {
    const arrived = this.arrived
    this.arrived = []
    for (const one of arrived) one()
  }
}

export const roomCommand = {
  report: recordName.ReportStock,
  claim: recordName.ClaimTerm,
  open: recordName.OpenRoom,
  admit: recordName.AdmitVisitors,
  drop: recordName.DropAbsent,
} as const

/** UUIDv8 text, the same for the same parts: what is sent twice is decided once. */
export function commandIdOf(...parts: (string | number)[]): string {
  const hex = hash('sha256', parts.join('\0'), 'hex').split('')
  hex[12] = '8'
  hex[16] = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16)
  const at = hex.join('')
  return [at.slice(0, 8), at.slice(8, 12), at.slice(12, 16), at.slice(16, 20), at.slice(20, 32)].join('-')
}
