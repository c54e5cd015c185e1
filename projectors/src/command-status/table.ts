import { defineTable } from '../runtime/index.js'

export interface CommandStatusRow {
  command_id: string
  /** accepted, rejected */
  outcome: string
  reason: string | null
  /** JSON array of ids or codes. */
  details: string
  caller_id: string | null
  /** Stream id. */
  subject: string | null
  reservation_id: string | null
  partition_no: number
  /** Offset in the journal of the record that is the answer. */
  answer_offset: number
  /** Log time, UTC ms. */
  decided_at: number
}

/**
 * An accepted command stays accepted. A rejected one can be tried anew under the same id once its answer is no longer
 * remembered; then the newest answer is the answer.
 */
export const commandStatus = defineTable<CommandStatusRow>()({
  name: 'command_status',
  key: ['command_id'],
  columns: [
    'command_id',
    'outcome',
    'reason',
    'details',
    'caller_id',
    'subject',
    'reservation_id',
    'partition_no',
    'answer_offset',
    'decided_at',
  ],
  final: { column: 'outcome', value: 'accepted' },
  madeFrom: { partition: 'partition_no' },
  layout: `
    command_id     VARCHAR(64)  NOT NULL PRIMARY KEY,
    outcome        VARCHAR(8)   NOT NULL,
    reason         VARCHAR(64)  NULL,
    details        MEDIUMTEXT   NOT NULL,
    caller_id      VARCHAR(64)  NULL,
    subject        VARCHAR(80)  NULL,
    reservation_id VARCHAR(78)  NULL,
    partition_no   INT          NOT NULL,
    answer_offset  BIGINT       NOT NULL,
    decided_at     BIGINT       NOT NULL`,
})
