export interface ScriptRecord {
  name: string
  data: object
  headers: Record<string, string>
}

export const startOfSales = Date.UTC(2026, 0, 1)

/** Writes one stream of a journal, and the commands that it answers, as a decider would; each method can be made to lie. */
export class JournalScript {
  readonly records: ScriptRecord[] = []
  readonly commands: Record<string, string>[] = []
  readonly showId: string
  now = startOfSales
  private claimId = ''
  private version = 0
  private serial = 0

  /** @param kind how the stream's own events begin, and the type of command that its refusals name */
  constructor(
    readonly partition: number,
    private readonly kind: { prefix: string; commandType: string },
  ) {
    this.showId = `${partition}.00000000-0000-7000-8000-000000000001`
  }

  claim(claimId: string): this {
    this.claimId = claimId
    return this.write('onsale.journal.OwnerClaimed', {
      claimId,
      owner: 'script',
      nextCommandOffset: this.commands.length,
      claimedAt: this.now,
    })
  }

  /** Writes under a claim that is no longer in force. */
  as(claimId: string, what: (script: this) => void): this {
    const { claimId: own, version } = this
    this.claimId = claimId
    what(this)
    this.claimId = own
    this.version = version
    return this
  }

  reject(reason: string, headers: Record<string, string> = {}): this {
    return this.answer(
      'onsale.journal.CommandRejected',
      {
        commandId: null,
        commandType: this.kind.commandType,
        subject: this.showId,
        callerId: null,
        reason,
        details: [],
        remembered: true,
        decidedAt: this.now,
      },
      headers,
    )
  }

  repeat(firstOffset: number, commandId: string): this {
    return this.answer(
      'onsale.journal.CommandRepeated',
      {
        commandId,
        commandType: this.kind.commandType,
        subject: this.showId,
        callerId: null,
        firstOffset,
        decidedAt: this.now,
      },
      { 'command-id': commandId },
    )
  }

  wait(ms: number): this {
    this.now += ms
    return this
  }

  /** A command that nobody has answered. */
  ask(commandId: string): Record<string, string> {
    this.serial += 1
    const command = {
      ce_id: `request-${this.partition}-${this.serial}`,
      'command-id': commandId,
      ce_subject: this.showId,
    }
    this.commands.push(command)
    return command
  }

  /** Appends a record as the answer to a new command. `headers` may say otherwise. */
  answer(name: string, data: object, headers: Record<string, string> = {}): this {
    const command = this.ask(headers['command-id'] ?? `command-${this.partition}-${this.serial + 1}`)
    return this.write(name, data, {
      'command-offset': String(this.commands.length - 1),
      'command-records': '1',
      'command-id': command['command-id'] ?? '',
      'causation-id': command.ce_id ?? '',
      ...headers,
    })
  }

  write(name: string, data: object, headers: Record<string, string> = {}): this {
    const isDomain = name.startsWith(this.kind.prefix)
    if (isDomain) this.version += 1
    this.records.push({
      name,
      data,
      headers: {
        ce_id: `record-${this.partition}-${this.records.length}`,
        ce_type: name,
        ce_time: new Date(this.now).toISOString(),
        'claim-id': this.claimId,
        ...(name.endsWith('OwnerClaimed') ? {} : { ce_subject: this.showId }),
        ...(isDomain ? { 'stream-version': String(this.version) } : {}),
        ...headers,
      },
    })
    return this
  }
}
