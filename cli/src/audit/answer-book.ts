import { type CommandEntry, type CommandLog, type DecodedEntry, type LogEntry, numberIn } from './log-entry.js'
import { journalName } from './stream-kind.js'
import type { Report } from './violation.js'

/** How long an accepted command id stays accepted, ms of log time: after that the same key is a new command. */
const rememberedMs = 24 * 60 * 60 * 1_000

/** Refusals that a command id may meet although it was accepted before: they decide nothing about it. */
const refusalsAfterAcceptance = new Set(['idempotency-key-reused', 'deadline-passed', 'malformed', 'wrong-partition'])

interface Answer {
  offset: number
  show: string | null
  accepted: boolean
  time: number
}

/** For one partition: is each command decided, once, in order, whole, and does one command id have one answer. */
export class AnswerBook {
  /** Offset of the next command that has no answer yet. */
  nextCommand = 0
  private readonly answers = new Map<string, Answer[]>()
  private open: { commandOffset: number; nextOffset: number; left: number } | null = null

  constructor(
    private readonly commands: CommandLog | null,
    /** Whether time alone causes such an event. */
    private readonly isDue: (entry: DecodedEntry) => boolean,
    private readonly report: Report,
  ) {}

  /** @param time log time of the decision, UTC ms */
  apply(entry: DecodedEntry, time: number | null): void {
    const commandOffset = numberIn(entry, 'command-offset')
    const records = numberIn(entry, 'command-records')
    const show = entry.headers.ce_subject ?? null
    if (this.continues(entry, commandOffset, records, show)) return
    if (commandOffset === null) {
      if (!this.isDue(entry) && entry.name !== journalName.claimed)
        this.report('command-unknown', entry.offset, `${entry.headers.ce_type} names no command that caused it`, show)
      return
    }
    if (records === null) {
      const detail = `a record of command ${commandOffset} outside the records that its answer counts`
      this.report('answer-torn', entry.offset, detail, show)
      return
    }
    this.inOrder(commandOffset, entry.offset, show)
    this.aboutThatCommand(entry, commandOffset, show)
    this.answeredOnce(entry, time ?? entry.appendedAt, show)
    if (records > 1) this.open = { commandOffset, nextOffset: entry.offset + 1, left: records - 1 }
  }

  /** Of a record that cannot be read: its headers say which command it answers, not how. */
  passOver(entry: LogEntry): void {
    const commandOffset = numberIn(entry, 'command-offset')
    const records = numberIn(entry, 'command-records')
    const show = entry.headers.ce_subject ?? null
    if (this.continues(entry, commandOffset, records, show) || commandOffset === null || records === null) return
    this.inOrder(commandOffset, entry.offset, show)
    if (records > 1) this.open = { commandOffset, nextOffset: entry.offset + 1, left: records - 1 }
  }

  /** The answer that stands for each command id: the accepted one, else the newest. */
  *standing(): Iterable<[commandId: string, answer: Answer]> {
    for (const [commandId, answers] of this.answers) {
      const answer = answers.find(({ accepted }) => accepted) ?? answers.at(-1)
      if (answer) yield [commandId, answer]
    }
  }

  /** To be called when the log has been read: an answer may be cut off by its end. */
  finish(): void {
    if (this.open)
      this.report(
        'answer-torn',
        this.open.nextOffset,
        `command ${this.open.commandOffset}: ${this.open.left} records are missing`,
      )
    this.open = null
  }

  private continues(
    entry: LogEntry,
    commandOffset: number | null,
    records: number | null,
    show: string | null,
  ): boolean {
    const open = this.open
    if (!open) return false
    if (records === null && commandOffset === open.commandOffset && entry.offset === open.nextOffset) {
      this.open = open.left > 1 ? { ...open, nextOffset: entry.offset + 1, left: open.left - 1 } : null
      return true
    }
    this.report(
      'answer-torn',
      entry.offset,
      `command ${open.commandOffset}: ${open.left} records are missing here`,
      show,
    )
    this.open = null
    return false
  }

  private inOrder(commandOffset: number, offset: number, show: string | null): void {
    if (commandOffset < this.nextCommand) {
      this.report('command-decided-twice', offset, `command ${commandOffset} is answered again`, show)
      return
    }
    if (commandOffset > this.nextCommand) {
      const skipped = commandOffset - this.nextCommand
      const detail = `${skipped} command(s) from ${this.nextCommand} to ${commandOffset - 1} have no answer`
      this.report('command-not-decided', offset, detail, show)
    }
    this.nextCommand = commandOffset + 1
  }

  private aboutThatCommand(entry: DecodedEntry, commandOffset: number, show: string | null): void {
    if (!this.commands || commandOffset < this.commands.start) return
    const wrong = notAbout(entry, commandOffset, this.commands.at(commandOffset), show)
    if (wrong !== null) this.report('command-unknown', entry.offset, wrong, show)
  }

  private answeredOnce(entry: DecodedEntry, time: number, show: string | null): void {
    const commandId = entry.headers['command-id']
    if (commandId === undefined) return
    const earlier = this.answers.get(commandId) ?? []
    const wrong = (detail: string) => this.report('answered-twice', entry.offset, detail, show)
    if (entry.name === journalName.repeated) {
      const { firstOffset } = entry.data as { firstOffset: number }
      if (!earlier.some(({ offset }) => offset === firstOffset))
        wrong(`repeats the answer at ${firstOffset}, which is not one to ${commandId}`)
      return
    }
    const accepted = entry.name !== journalName.rejected
    const first = earlier.find((answer) => answer.accepted && time - answer.time < rememberedMs)
    if (first && accepted) wrong(`${commandId} was accepted at ${first.offset} and is accepted again`)
    else if (first && !refusalsAfterAcceptance.has((entry.data as { reason: string }).reason))
      wrong(`${commandId} was accepted at ${first.offset} and is refused here`)
    this.answers.set(commandId, [...earlier, { offset: entry.offset, show, accepted, time }])
  }
}

/** Why the answer is not about the command at its offset; null where it is. */
function notAbout(
  entry: DecodedEntry,
  commandOffset: number,
  command: CommandEntry | null,
  show: string | null,
): string | null {
  if (!command) return `command ${commandOffset} is not in the commands topic`
  const { 'causation-id': causationId, 'command-id': commandId } = entry.headers
  if (causationId !== undefined && command.id !== null && causationId !== command.id)
    return `command ${commandOffset} is ${command.id}, the answer is about ${causationId}`
  if (commandId !== undefined && command.commandId !== null && commandId !== command.commandId)
    return `command ${commandOffset} has id ${command.commandId}, the answer is to ${commandId}`
  const isOfShow = !entry.name.startsWith('onsale.journal.')
  if (isOfShow && command.subject !== null && show !== command.subject)
    return `command ${commandOffset} is for ${command.subject}, the answer for ${show}`
  return null
}
