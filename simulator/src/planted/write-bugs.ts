import type { PlantedBug } from './planted-bug.js'

const owner = 'decider/dist/partition-owner.js'
const commit = 'await this.commit(state, log, group);'

/** Mistakes of the command side. */
export const writeBugs: PlantedBug[] = [
  {
    name: 'no-fence',
    says: 'each owner has a transactional id of its own, so that the broker fences nobody',
    by: ['fence'],
    commands: 30_000,
    changes: [
      {
        file: 'decider/dist/kafka-ports.js',
        from: `decider.\${topics.commands}.\${partition}\``,
        to: `decider.\${topics.commands}.\${partition}.\${ids.uuid()}\``,
      },
    ],
  },
  {
    name: 'position-before-transaction',
    says: 'the position is stored before the transaction of its commands, and the next owner goes on from it',
    by: ['decided-once'],
    commands: 30_000,
    changes: [
      {
        file: owner,
        from: 'const next = state.position + 1;',
        to: 'const stored = this.options.clock.kernel.positions?.get(partition) ?? 0; if (stored > state.position + 1) state.lastCommand = stored - 1; const next = state.position + 1;',
      },
      {
        file: owner,
        from: commit,
        to: `(this.options.clock.kernel.positions ??= new Map()).set(partition, state.position + 1); ${commit}`,
      },
    ],
  },
  {
    name: 'no-body-hash',
    says: 'a key is remembered without the body that it came with',
    by: ['key-body'],
    commands: 10_000,
    changes: [
      {
        file: 'domain/dist/idempotency/idempotency.js',
        from: 'return ring.sameBody(place, key) ?',
        to: 'return true ?',
      },
    ],
  },
  {
    name: 'expired-twice',
    says: 'the places of an expired hold are counted as free twice',
    by: ['capacity', 'full-fold'],
    commands: 40_000,
    changes: [
      {
        file: 'domain/dist/show/evolve.js',
        from: 'vacate(state, reservation);\n    state.reservations.end',
        to: "vacate(state, reservation);\n    if (ending === 'expired') vacate(state, reservation);\n    state.reservations.end",
      },
    ],
  },
  {
    name: 'skips-unknown-event',
    says: 'an owner that catches up passes over an event that it does not know',
    by: ['halted'],
    commands: 20_000,
    changes: [
      {
        file: 'decider/dist/fold/journal-fold.js',
        from: 'state.fold(foldable);',
        to: "if (foldable.type !== 'HoldExtended') state.fold(foldable);",
      },
    ],
  },
  {
    name: 'decides-again',
    says: 'a command that is sent again is decided again',
    by: ['key-once', 'key-body'],
    commands: 10_000,
    changes: [
      {
        file: 'domain/dist/idempotency/idempotency.js',
        from: 'return answer(this.accepted, key, now) ?? answer(this.rejected, key, now) ?? fresh;',
        to: 'return fresh;',
      },
    ],
  },
  {
    name: 'forgets-on-hand-over',
    says: 'an owner that catches up does not take the idempotency keys with it',
    by: ['key-once', 'key-body'],
    commands: 20_000,
    changes: [
      {
        file: 'domain/dist/partition/partition.js',
        from: 'this.committed(record.offset);',
        to: 'this.keys.waiting.clear(); this.committed(record.offset);',
      },
    ],
  },
  {
    name: 'decider-takes-stale',
    says: 'the decider folds the records of a stale claim, which every other reader passes over',
    by: ['halted'],
    commands: 30_000,
    changes: [
      {
        file: 'platform/dist/log/journal-reader.js',
        from: 'const rule = new ReaderRule(claims.get(partition) ?? null);',
        to: "const rule = new ReaderRule(claims.get(partition) ?? null); if (options.name === 'decider-fold') { const strict = rule.counts.bind(rule); rule.counts = (type, id) => strict(type, id) || id !== null; }",
      },
    ],
  },
  {
    name: 'tail-takes-stale',
    says: 'an API answers from the records of a stale claim',
    by: ['answer-differs'],
    commands: 60_000,
    changes: [
      {
        file: 'platform/dist/log/journal-reader.js',
        from: 'const rule = new ReaderRule(claims.get(partition) ?? null);',
        to: "const rule = new ReaderRule(claims.get(partition) ?? null); if (options.name === 'answer-tail') { const strict = rule.counts.bind(rule); rule.counts = (type, id) => strict(type, id) || id !== null; }",
      },
    ],
  },
  {
    name: 'memory-kept',
    says: 'an owner whose commit was not confirmed keeps its memory, and goes on with a new producer',
    by: ['decided-once', 'fence', 'version'],
    commands: 30_000,
    changes: [
      {
        file: owner,
        from: 'const { baseOffset } = await log.append(records, parked.map(({ record }) => record));',
        to: 'let baseOffset; try { ({ baseOffset } = await log.append(records, parked.map(({ record }) => record))); } catch { Object.assign(log, await this.options.ports.openLog()); baseOffset = state.journalOffset + 2; }',
      },
    ],
  },
  {
    name: 'producer-used-again',
    says: 'the ingress goes on with a producer that has thrown',
    by: ['acknowledged', 'settles'],
    kinds: ['deaf'],
    commands: 30_000,
    changes: [
      {
        file: 'platform/dist/log/ingress-producer.js',
        from: 'await this.discard();\n                const now',
        to: 'const now',
      },
    ],
  },
  {
    name: 'tick-passes-command',
    says: 'holds expire by the clock though a command that came before is undecided',
    by: ['tick-order'],
    commands: 60_000,
    changes: [{ file: owner, from: 'if (end > state.position + 1) {', to: 'if (end < 0) {' }],
  },
  {
    name: 'limit-per-command',
    says: "the limit of a customer is held against one command's places alone",
    by: ['customer-limit'],
    commands: 10_000,
    changes: [
      {
        file: 'domain/dist/show/choice.js',
        from: 'const had = placesOf(state, customerId) - (instead?.places ?? 0);',
        to: 'const had = 0;',
      },
    ],
  },
  {
    name: 'reads-uncommitted',
    says: 'readers see records of transactions that are open or were aborted',
    by: ['answer-differs', 'halted'],
    commands: 30_000,
    changes: [{ file: 'platform/dist/log/log-reader.js', from: 'readUncommitted: false', to: 'readUncommitted: true' }],
  },
]
