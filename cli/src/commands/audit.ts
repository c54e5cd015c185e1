import Table from 'cli-table3'
import type { NotWhole } from '../audit/not-whole.js'
import { CommandError, type Register } from '../command.js'
import { durationSeconds } from '../token/duration.js'

interface AuditFlags {
  json?: boolean
  againstReadModel?: boolean
  env?: string
  wait: number
}

export const audit: Register = (program) => {
  program
    .command('audit')
    .description(
      'recount every invariant from the log, with code of its own; exit 1 where one is violated, 3 where none is but a read model waits for a parked stream or does without a dropped event',
    )
    .option('--json', 'one JSON line')
    .option('--against-read-model', 'compare the replica with the recount too')
    .option('--wait <duration>', "how long the read model may take to reach the log's end", durationSeconds, 30)
    .option('--env <name>', 'the topics of another environment on the same servers')
    .action(async ({ json, againstReadModel = false, env, wait }: AuditFlags) => {
      const { auditStack } = await import('../audit-stack.js')
      const { invariants, placeOf } = await import('../audit/violation.js')
      const { startedStack } = await import('../running-stack.js')
      const { connection } = startedStack()
      if (env !== undefined && againstReadModel)
        throw new CommandError('--against-read-model: the read model is that of the own environment, not with --env', 2)
      const result = await auditStack(connection, { againstReadModel, env, patienceMs: wait * 1_000 }).catch(
        (error: Error) => {
          throw new CommandError(error.message, 2)
        },
      )
      const { events, streams, violations, gaps, ignoredStale, commands, undecided, parked, dropped } = result
      if (json) {
        const line = { events, streams, violations, gaps, ignoredStale, commands, undecided }
        process.stdout.write(`${JSON.stringify(againstReadModel ? { ...line, parked, dropped } : line)}\n`)
      } else {
        const table = new Table({
          head: ['invariant', 'violations', 'what it says'],
          style: { head: [], border: [], compact: true },
        })
        for (const [name, text] of Object.entries(invariants)) {
          if (name.startsWith('read-model') && !againstReadModel) continue
          table.push([name, violations.filter(({ invariant }) => invariant === name).length, text])
        }
        process.stdout.write(`${table.toString()}\n`)
        for (const violation of violations.slice(0, 50)) {
          const { invariant, show, detail } = violation
          process.stdout.write(`${invariant} at ${placeOf(violation)}${show ? `, show ${show}` : ''}: ${detail}\n`)
        }
        if (violations.length > 50) process.stdout.write(`and ${violations.length - 50} more\n`)
        for (const line of notWholeLines(result)) process.stdout.write(`${line}\n`)
        process.stdout.write(
          `${events} events of ${streams} streams, ${commands} commands decided, ${undecided} waiting, ` +
            `${gaps} gaps, ${ignoredStale} stale records ignored: ${violations.length} violations\n`,
        )
      }
      if (violations.length > 0) process.exitCode = 1
      else if (parked.length + dropped.length > 0) process.exitCode = 3
    })
}

function* notWholeLines({ parked, dropped }: NotWhole): Iterable<string> {
  for (const { projection, show, partition, offset, events, reason } of parked)
    yield `parked in ${projection} from ${partition}/${offset}, ${events} events, show ${show}: ${reason}`
  for (const { projection, show, partition, offset, name, by, why, differences } of dropped)
    yield `dropped from ${projection} at ${partition}/${offset}, show ${show}: ${name ?? 'a record'} (${why}, by ${by}); ${differences} rows differ`
}
