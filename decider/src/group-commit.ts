import type { DecidedRecord, Partition } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import type { OwnedRecord, RawRecord } from '@onsale/platform/log'
import type { Clock } from '@onsale/platform/ports'
import type { OwnerMetrics } from './metrics.js'
import type { Plans } from './ports.js'
import { type Appending, toEnvelope, toMalformedCopy, toOwnedRecord } from './records.js'

/** What goes to the log together, in one batch in one transaction. */
export interface GroupCommit {
  records: OwnedRecord[]
  /** Copies of the commands among them that could not be read. */
  malformed: OwnedRecord[]
  /** How many of the commands that had arrived it answers. */
  commands: number
}

export interface Deciding {
  partition: number
  codec: Codec
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
  const { codec, plans, clock, appending } = deciding
  const group: GroupCommit = { records: [], malformed: [], commands: 0 }
  let bytes = 0
  for (const command of arrived) {
    const envelope = await toEnvelope(codec, command)
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
      if (answered) note(group, decided.records, command, deciding)
    }
    group.commands += 1
  }
  return group
}

function note(
  group: GroupCommit,
  records: DecidedRecord[],
  command: RawRecord,
  { metrics, partition }: Deciding,
): void {
  const answer = records.find(({ commandRecords }) => commandRecords !== null)?.event
  const rejected = answer?.type === 'CommandRejected' ? answer.data : null
  const outcome = rejected?.reason ?? (answer?.type === 'CommandRepeated' ? 'repeated' : 'accepted')
  metrics.decided.inc({ partition, outcome })
  if (rejected?.reason === 'malformed') group.malformed.push(toMalformedCopy(command, rejected.details.join('; ')))
}
