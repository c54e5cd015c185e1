/**
 * Episodes that once broke a promise, and what was wrong then: run by every test of the simulator. A change of the simulator makes another
 * world of a seed: with its mistake put back `million/7` still fails, `s/117` no longer does (the spec of command_status does).
 */
export const knownSeeds: readonly { seed: string; commands: number; was: string }[] = [
  {
    seed: '23/3',
    commands: 4_058,
    was: 'an owner that had stood still for longer than the retention of commands halted',
  },
  {
    seed: 's/117',
    commands: 3_000,
    was: 'the status of an accepted command whose show is parked was "idempotency-key-reused", once its key came with another body',
  },
  {
    seed: 'million/7',
    commands: 14_623,
    was: 'a decider that its group had forgotten, and whose joining again lost its connection, was no member any more and never tried again (kafkajs): nobody decided',
  },
]
