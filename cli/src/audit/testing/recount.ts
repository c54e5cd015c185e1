import { Audit } from '../audit.js'
import type { CommandLog } from '../log-entry.js'
import type { PartitionAudit, PartitionSources } from '../partition-audit.js'
import { PlanShelf } from '../plan-shelf.js'
import type { JournalScript, ScriptRecord } from './journal-script.js'
import { littlePlan, longerPlan, otherPlan } from './little-plans.js'
import type { LogScript } from './log-script.js'
import { RoomScript } from './room-script.js'

/** Recounts the journals of a show and its room without a broker: offsets are places in the scripts. */
export async function recountedBoth(
  show: LogScript,
  room: RoomScript,
  readAt = Number.POSITIVE_INFINITY,
): Promise<Audit> {
  const shelf = new PlanShelf()
  for (const { chunk } of [littlePlan, longerPlan, otherPlan]) shelf.add(chunk)
  const values = new Map<Buffer, ScriptRecord>()
  const { partition } = show
  const sources = ({ commands }: JournalScript): PartitionSources => ({
    partition,
    commands: logOf(commands),
    planOf: (hash) => shelf.get(hash),
    decode: async (value) => values.get(value) as ScriptRecord,
  })
  const citedBefore = new Map([[partition, show.records.length]])
  const audit = new Audit({ reservation: [sources(show)], queue: [sources(room)], citedBefore })
  for (const [script, into] of [
    [show, audit.partitions.get(partition)],
    [room, audit.rooms.get(partition)],
  ] as const)
    for (const [offset, record] of script.records.entries()) {
      const value = Buffer.alloc(0)
      values.set(value, record)
      const appendedAt = Date.parse(record.headers.ce_time as string)
      await into?.add({ partition, offset, appendedAt, headers: record.headers, value })
    }
  for (const one of [...audit.partitions.values(), ...audit.rooms.values()]) one.finish(readAt)
  return audit
}

/** The recount of a show without a room. */
export async function recounted(script: LogScript, readAt?: number): Promise<PartitionAudit> {
  const audit = await recountedBoth(script, new RoomScript(script.partition, script), readAt)
  return audit.partitions.get(script.partition) as PartitionAudit
}

const logOf = (commands: readonly Record<string, string>[]): CommandLog => ({
  start: 0,
  end: commands.length,
  at: (offset) => {
    const headers = commands[offset]
    if (!headers) return null
    const { ce_id, ce_subject, 'command-id': commandId } = headers
    return { id: ce_id ?? null, commandId: commandId ?? null, subject: ce_subject ?? null }
  },
})
