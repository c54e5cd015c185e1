import { PartitionAudit } from '../partition-audit.js'
import { PlanShelf } from '../plan-shelf.js'
import { littlePlan, longerPlan, otherPlan } from './little-plans.js'
import type { LogScript, ScriptRecord } from './log-script.js'

/** Recounts a script without a broker: offsets are places in the script. */
export async function recounted(
  { partition, commands, records }: LogScript,
  readAt = Number.POSITIVE_INFINITY,
): Promise<PartitionAudit> {
  const shelf = new PlanShelf()
  for (const { chunk } of [littlePlan, longerPlan, otherPlan]) shelf.add(chunk)
  const values = new Map<Buffer, ScriptRecord>()
  const audit = new PartitionAudit({
    partition,
    commands: {
      start: 0,
      end: commands.length,
      at: (offset) => {
        const headers = commands[offset]
        if (!headers) return null
        const { ce_id, ce_subject, 'command-id': commandId } = headers
        return { id: ce_id ?? null, commandId: commandId ?? null, subject: ce_subject ?? null }
      },
    },
    planOf: (hash) => shelf.get(hash),
    decode: async (value) => values.get(value) as ScriptRecord,
  })
  for (const [offset, record] of records.entries()) {
    const value = Buffer.alloc(0)
    values.set(value, record)
    const appendedAt = Date.parse(record.headers.ce_time as string)
    await audit.add({ partition, offset, appendedAt, headers: record.headers, value })
  }
  audit.finish(readAt)
  return audit
}
