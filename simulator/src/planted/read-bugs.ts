import type { PlantedBug } from './planted-bug.js'

const projector = 'projectors/dist/runtime/partition-projector.js'
const fold = 'projectors/dist/runtime/fold.js'

/** Mistakes of the query side. */
export const readBugs: PlantedBug[] = [
  {
    name: 'non-atomic-checkpoint',
    says: 'the rows are committed, and the checkpoint is moved in another transaction after them',
    by: ['projection-differs', 'version-differs', 'parked-without-cause', 'read-differs'],
    commands: 20_000,
    changes: [
      {
        file: projector,
        from: 'if (!(await transaction.moveCheckpoint(id, before.checkpoint, to, now)))',
        to: 'if ((await env.store.checkpoint(id, now)).nextOffset !== before.checkpoint.nextOffset)',
      },
      {
        file: projector,
        from: 'for (const { stream, stop } of parked)\n            if (stop)',
        to: 'await env.store.transaction((transaction) => transaction.moveCheckpoint(id, before.checkpoint, to, now)); for (const { stream, stop } of parked)\n            if (stop)',
      },
    ],
  },
  {
    name: 'checkpoint-goes-back',
    says: 'the checkpoint is moved without being compared, so that the slower of two sets it back',
    by: ['projection-differs', 'version-differs', 'parked-without-cause', 'read-differs', 'read-goes-back'],
    commands: 20_000,
    changes: [
      {
        file: projector,
        from: 'transaction.moveCheckpoint(id, before.checkpoint, to, now)',
        to: 'transaction.moveCheckpoint(id, await env.store.checkpoint(id, now), to, now)',
      },
    ],
  },
  {
    name: 'reader-skips-unknown-event',
    says: 'one projection passes over a type of event that its build does not know',
    by: ['projection-differs', 'read-differs'],
    commands: 20_000,
    changes: [
      {
        file: fold,
        from: 'const handler = projection.on[event.type];',
        to: "const handler = projection.name === 'reservations' && event.type === 'HoldExtended' ? undefined : projection.on[event.type];",
      },
    ],
  },
  {
    name: 'projector-takes-stale',
    says: 'projectors apply the records of a stale claim, which every other reader passes over',
    by: ['projection-differs', 'version-differs', 'parked-without-cause', 'read-differs'],
    commands: 60_000,
    changes: [
      {
        file: 'platform/dist/log/journal-reader.js',
        from: 'const rule = new ReaderRule(claims.get(partition) ?? null);',
        to: "const rule = new ReaderRule(claims.get(partition) ?? null); if (options.name.endsWith('.projectors')) { const strict = rule.counts.bind(rule); rule.counts = (type, id) => strict(type, id) || id !== null; }",
      },
    ],
  },
  {
    name: 'answers-too-early',
    says: 'a reader is answered as soon as the checkpoint is at the position that it brings, not past it',
    by: ['own-write-missing', 'read-goes-back'],
    commands: 20_000,
    changes: [
      {
        file: 'platform/dist/read-model/checkpoints.js',
        from: 'position.partition) > position.offset',
        to: 'position.partition) >= position.offset',
      },
    ],
  },
  {
    name: 'torn-snapshot',
    says: 'a reader takes the checkpoints from one state of the replica and the rows from a later one',
    by: ['read-differs', 'read-goes-back'],
    commands: 60_000,
    changes: [
      {
        file: 'simulator/dist/sql/sim-read-model.js',
        from: 'tables.get(table, keyOf(key), state)',
        to: 'tables.get(table, keyOf(key), this.replica.applied)',
      },
    ],
  },
  {
    name: 'redrive-out-of-order',
    says: 'what is parked is applied again from its end',
    by: ['projection-differs', 'parked-differs', 'parked-without-cause', 'projection-stopped'],
    commands: 60_000,
    changes: [
      {
        file: 'simulator/dist/sql/statements.js',
        from: 'found.sort((a, b) => a.offset - b.offset)',
        to: 'found.sort((a, b) => b.offset - a.offset)',
      },
    ],
  },
  {
    name: 'parked-stream-goes-on',
    says: 'only the event that cannot be applied is parked, and the later ones of its stream are applied',
    kinds: ['bad release', 'crash', 'replica lag'],
    // Its later events are behind the parked one when that is redriven, and one that fails too is parked as if it were the first.
    by: ['parked-differs', 'projection-differs', 'version-differs', 'parked-without-cause', 'projection-stopped'],
    commands: 60_000,
    changes: [
      { file: fold, from: 'const behind = stream !== null && parkedStreams.has(stream);', to: 'const behind = false;' },
      {
        file: fold,
        from: "const reason = error instanceof PlanUnknownError ? 'plan-unknown' : 'handler-failed';",
        to: "versions.set(stream, event.streamVersion); const reason = error instanceof PlanUnknownError ? 'plan-unknown' : 'handler-failed';",
      },
    ],
  },
  {
    name: 'redrive-without-lock',
    says: "a redrive does not take the checkpoint's lock, so that two processes do it at a time",
    by: ['projection-differs', 'version-differs', 'parked-differs', 'parked-without-cause'],
    commands: 60_000,
    changes: [
      {
        file: 'projectors/dist/runtime/redrive.js',
        from: 'await transaction.renewCheckpoint(id, env.clock.now());',
        to: '',
      },
    ],
  },
  {
    name: 'accepted-then-unknown',
    says: 'the status of a command that was taken is "unknown" until its answer is projected',
    by: ['accepted-then-unknown'],
    commands: 60_000,
    changes: [
      {
        file: 'platform/dist/read-model/command-status.js',
        from: "kind: accepted ? 'pending' : 'unknown'",
        to: "kind: 'unknown'",
      },
    ],
  },
]
