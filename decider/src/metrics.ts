import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export type OwnerMetrics = ReturnType<typeof createOwnerMetrics>

export function createOwnerMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['partition'] as const
  return {
    serving: new Gauge({
      name: 'onsale_decider_serving',
      help: '1 while this process serves the partition',
      labelNames,
      registers,
    }),
    halted: new Gauge({
      name: 'onsale_decider_halted',
      help: '1 where this process holds the partition and decides nothing until an operator has looked',
      labelNames,
      registers,
    }),
    claims: new Counter({
      name: 'onsale_decider_claims_total',
      help: 'Claims appended: each is a change of owner, or the same owner anew',
      labelNames,
      registers,
    }),
    sessionsLost: new Counter({
      name: 'onsale_decider_sessions_lost_total',
      help: 'Times an owner threw its memory away and began again from the log',
      labelNames,
      registers,
    }),
    decided: new Counter({
      name: 'onsale_decider_commands_total',
      help: 'Commands decided, by type and outcome: accepted, repeated, or the reason of the refusal',
      labelNames: ['partition', 'type', 'outcome'] as const,
      registers,
    }),
    parked: new Counter({
      name: 'onsale_decider_parked_commands_total',
      help: 'Commands that could not be read, refused as malformed and parked: an operator should look (./onsale parked list)',
      labelNames: ['partition', 'reason'] as const,
      registers,
    }),
    staleIgnored: new Counter({
      name: 'onsale_stale_records_ignored_total',
      help: 'Records of a stale claim, passed over under the reader rule',
      labelNames,
      registers,
    }),
    readRetries: new Counter({
      name: 'onsale_decider_read_retries_total',
      help: 'Tries at reading a command that failed because the schema registry did not answer',
      labelNames,
      registers,
    }),
    decisionSeconds: new Histogram({
      name: 'onsale_decider_decision_duration_seconds',
      help: 'From taking the commands that have arrived to their decided events, encoded',
      labelNames,
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 1],
      registers,
    }),
    transactionSeconds: new Histogram({
      name: 'onsale_decider_transaction_duration_seconds',
      help: 'From sending a group commit to its end of transaction',
      labelNames,
      buckets: [0.002, 0.004, 0.006, 0.008, 0.012, 0.02, 0.04, 0.08, 0.2, 1, 5],
      registers,
    }),
    commandsPerCommit: new Histogram({
      name: 'onsale_decider_commands_per_commit',
      help: 'Commands in one group commit; 0 for a tick',
      labelNames,
      buckets: [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 500],
      registers,
    }),
    standbyBehind: new Gauge({
      name: 'onsale_decider_standby_behind_records',
      help: 'How far the fold of a partition that this process stands by for is behind the end of the journal; absent where it does not',
      labelNames,
      registers,
    }),
    snapshotsStored: new Counter({
      name: 'onsale_decider_snapshots_total',
      help: 'Snapshots of a partition stored',
      labelNames,
      registers,
    }),
    snapshotsRestored: new Counter({
      name: 'onsale_decider_snapshots_restored_total',
      help: 'Folds of a partition that began at a snapshot',
      labelNames,
      registers,
    }),
    snapshotsIgnored: new Counter({
      name: 'onsale_decider_snapshots_ignored_total',
      help: 'Snapshots not used, by reason (broken, other-fold, beyond-journal, unreachable): the one before, or all of the journal, is folded instead',
      labelNames: ['partition', 'reason'] as const,
      registers,
    }),
    position: new Gauge({
      name: 'onsale_decider_position',
      help: 'Offset of the last command decided',
      labelNames,
      registers,
    }),
    keys: new Gauge({
      name: 'onsale_decider_idempotency_keys',
      help: 'Idempotency keys remembered',
      labelNames,
      registers,
    }),
  }
}
