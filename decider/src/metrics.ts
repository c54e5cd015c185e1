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
    claims: new Counter({ name: 'onsale_decider_claims_total', help: 'Claims appended', labelNames, registers }),
    sessionsLost: new Counter({
      name: 'onsale_decider_sessions_lost_total',
      help: 'Times an owner threw its memory away and began again from the log',
      labelNames,
      registers,
    }),
    decided: new Counter({
      name: 'onsale_decider_commands_total',
      help: 'Commands decided, by outcome: accepted, repeated, or the reason of the refusal',
      labelNames: ['partition', 'outcome'] as const,
      registers,
    }),
    parked: new Counter({
      name: 'onsale_decider_parked_commands_total',
      help: 'Commands that could not be read, refused as malformed and parked: an operator should look (./onsale parked list)',
      labelNames: ['partition', 'reason'] as const,
      registers,
    }),
    readRetries: new Counter({
      name: 'onsale_decider_read_retries_total',
      help: 'Tries at reading a command that failed because the schema registry did not answer',
      labelNames,
      registers,
    }),
    commitMs: new Histogram({
      name: 'onsale_decider_commit_milliseconds',
      help: 'From sending a group commit to its end of transaction',
      labelNames,
      buckets: [2, 4, 6, 8, 12, 20, 40, 80, 200, 1_000, 5_000],
      registers,
    }),
    commandsPerCommit: new Histogram({
      name: 'onsale_decider_commands_per_commit',
      help: 'Commands in one group commit; 0 for a tick',
      labelNames,
      buckets: [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 500],
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
