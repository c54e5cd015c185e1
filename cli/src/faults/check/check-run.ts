import { setTimeout as sleep } from 'node:timers/promises'
import type { StackConnection } from '@onsale/infra'
import { encodePosition } from '@onsale/platform/http'
import type { AuditResult } from '../../audit/audit.js'
import { placeOf } from '../../audit/violation.js'
import { auditStack } from '../../audit-stack.js'
import { printLog } from '../../event-log.js'
import { type AnyOperation, type CommandOperation, isOfRoom, type ReadOperation } from '../history.js'
import { checkCommands } from './check-commands.js'
import { checkReads } from './check-reads.js'
import type { Finding } from './findings.js'
import { type Fact, JournalFacts } from './journal-facts.js'

export interface FinalReads {
  /** Status and places of a reservation as the API shows them at the position, or the code of its refusal. */
  read(reservationId: string, position: string): Promise<string>
}

export interface RunCheck {
  findings: Finding[]
  audit: AuditResult
  /** Reservations that were read once more at the end. */
  finalReads: number
}

/** So many reservations are read at the end, evenly over the run; the read model is compared with the log whole. */
const mostFinalReads = 1_500
const quietWithinMs = 180_000

/** Holds what the clients saw against the log, the log against its own rules, and the read model against the log. */
export async function checkRun(
  connection: StackConnection,
  operations: readonly AnyOperation[],
  { read }: FinalReads,
  say: (line: string) => void,
): Promise<RunCheck> {
  const audit = await quietAudit(connection, say)
  const facts = await factsOf(connection, 'reservation')
  const journal = new JournalFacts(facts)
  const rooms = new JournalFacts(await factsOf(connection, 'queue'))
  const commands = operations.filter((one): one is CommandOperation => one.kind === 'command')
  const reads = operations.filter((one): one is ReadOperation => one.kind === 'read')
  const findings = [
    ...checkCommands(
      commands.filter(({ f }) => !isOfRoom(f)),
      journal,
    ),
    ...checkCommands(
      commands.filter(({ f }) => isOfRoom(f)),
      rooms,
    ),
    ...checkReads(reads, journal),
    ...audit.violations.map(
      (violation): Finding => ({
        ...{ kind: 'audit', about: `${violation.invariant} at ${placeOf(violation)}`, detail: violation.detail },
      }),
    ),
  ]
  if (audit.undecided > 0)
    findings.push({ kind: 'undecided', about: 'the log', detail: `${audit.undecided} commands have no decision` })
  const finals = await readAgain(connection.env, journal, facts, read)
  return { findings: [...findings, ...finals.findings], audit, finalReads: finals.count }
}

/** In the order of their offsets. */
async function factsOf(connection: StackConnection, of: 'reservation' | 'queue'): Promise<Fact[]> {
  const facts: Fact[] = []
  await printLog(connection, {
    ...{ of, show: null, last: null, follow: null },
    print: (record) => void facts.push(record),
  })
  return facts.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
}

/** When nothing waits any more: every command is decided, no hold is left to run out, the read model is at the log's end. */
async function quietAudit(connection: StackConnection, say: (line: string) => void): Promise<AuditResult> {
  for (const began = performance.now(); ; await sleep(1_000)) {
    const { log, ...result } = await auditStack(connection, { againstReadModel: true, patienceMs: 60_000 })
    let held = 0
    for (const { shows } of log.audit.partitions.values()) for (const show of shows.values()) held += show.held
    if ((result.undecided === 0 && held === 0) || performance.now() - began > quietWithinMs) return result
    say(`not quiet yet: ${result.undecided} undecided, ${held} held`)
  }
}

async function readAgain(env: string, journal: JournalFacts, facts: readonly Fact[], read: FinalReads['read']) {
  const ends = new Map<number, number>()
  for (const { partition, offset } of facts) ends.set(partition, offset)
  const all = [...journal.reservations]
  const every = Math.max(1, Math.ceil(all.length / mostFinalReads))
  const chosen = all.filter((_, at) => at % every === 0)
  const findings: Finding[] = []
  const left = chosen.values()
  const reader = async () => {
    for (const [reservationId, states] of left) {
      const partition = Number(reservationId.split('.')[0])
      const offset = ends.get(partition) ?? 0
      const shown = await read(reservationId, encodePosition({ topic: `${env}.reservation.events`, partition, offset }))
      const expected = states.at(-1)?.text ?? ''
      if (shown === expected) continue
      const detail = `is shown as "${shown}", the log says "${expected}"`
      findings.push({ kind: 'final-read-differs', about: `reservation ${reservationId}`, detail })
    }
  }
  await Promise.all(Array.from({ length: 12 }, reader))
  return { findings, count: chosen.length }
}
