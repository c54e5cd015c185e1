import type { DecidedRecord, Partition } from '@onsale/domain'
import type { OwnedRecord, ParkedRecord, RawRecord } from '@onsale/platform/log'
import type { Clock } from '@onsale/platform/ports'
import type { OwnerMetrics } from './metrics.js'
import { toParkedRecord } from './parked/parked-record.js'
import type { Plans } from './ports.js'
import type { CommandReading } from './read-command.js'
import { type Appending, toOwnedRecord, type Unreadable } from './records.js'

/** What goes to the log together, in one batch in one transaction. */
export interface GroupCommit {
  records: OwnedRecord[]
  /** The commands among those answered that could not be read. */
  parked: Parked[]
  /** How many of the commands that had arrived it answers. */
  commands: number
}

export interface Parked {
  record: ParkedRecord
  offset: number
  reason: string
}

export interface Deciding {
  partition: number
  reading: CommandReading
  plans: Plans
  clock: Clock
  metrics: OwnerMetrics
  appending: Appending
}

/** A group is closed once it has this many bytes: one batch must stay well below the broker's largest message. */
const maxBytes = 600_000
/** Headers and framing of a record, about. */
const recordOverheadBytes = 600

/** Decides commands in order, each seeing the effect of those before it, as many as go into one commit. They are applied to `state`. */
export async function decideArrived(state: Partition, arrived: RawRecord[], deciding: Deciding): Promise<GroupCommit> {
  const { reading, plans, clock, appending } = deciding
  const group: GroupCommit = { records: [], parked: [], commands: 0 }
  let bytes = 0
  for (const command of arrived) {
    // What is decided already does not wait for a command that can't be read for now.
    const read = await reading.read(command, group.commands === 0)
    if (read === null) break
    const { envelope, unreadable } = read
    if (state.needsFlushBefore(envelope)) break
    if (state.missingPlan(envelope)) await plans.catchUp()
    // What is due before the command comes first, in chunks; only then is the command decided.
    for (let answered = false; !answered; ) {
      if (bytes > maxBytes) return group
      const decided = state.decide(envelope, clock.now())
      state.apply(decided.records)
      for (const one of decided.records) {
        const record = toOwnedRecord(appending, one, command)
        bytes += record.value.length + recordOverheadBytes
        group.records.push(record)
      }
      answered = decided.answered
      if (answered) note(group, decided.records, { command, type: envelope.type, unreadable }, deciding)
    }
    group.commands += 1
  }
  return group
}

function note(
  group: GroupCommit,
  records: DecidedRecord[],
  { command, type, unreadable }: { command: RawRecord; type: string | null; unreadable: Unreadable | null },
  { metrics, partition, clock, appending }: Deciding,
): void {
  const answer = records.find(({ commandRecords }) => commandRecords !== null)?.event
  const rejected = answer?.type === 'CommandRejected' ? answer.data : null
  const outcome = rejected?.reason ?? (answer?.type === 'CommandRepeated' ? 'repeated' : 'accepted')
  // What cannot be read may bear any name: none of them becomes a series.
  const malformed = rejected?.reason === 'malformed'
  metrics.decided.inc({ partition, type: malformed ? 'unreadable' : (type as string), outcome })
  if (!malformed) return
  const reason = unreadable ?? `${rejected.details[0] ?? 'command'}-wrong`
  const { ids, source } = appending
  const record = toParkedRecord(command, { id: ids.uuid(), reason, now: clock.now(), source })
  group.parked.push({ record, offset: command.offset, reason })
}
