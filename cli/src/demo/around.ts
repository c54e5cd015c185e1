import { type Plan, roundHall } from '@onsale/domain'
import { PreflightError, type Stack, startStack } from '@onsale/infra'
import { CommandError } from '../command.js'
import type { SeatIdSource } from '../venues/from-pretix.js'
import { planOf } from '../venues/import-plan.js'
import type { DemoResult } from './demo.js'
import type { GroupsCounted } from './group-count.js'

/** What stands before a demo and after it: plan, servers, and what to do next. */
export async function planOfDemo(
  file: string | undefined,
  seatId: SeatIdSource,
): Promise<{ plan: Plan; notes: string[] }> {
  return file === undefined ? { plan: roundHall({ seats: 738 }), notes: [] } : planOf(file, seatId)
}

export async function openDemoStack(
  dir: string,
  onProgress: (line: string) => void,
): Promise<Stack & { connection: { origin: string } }> {
  const stack = await startStack({ dir, services: true, onProgress }).catch((error: unknown) => {
    throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
  })
  return stack as Stack & { connection: { origin: string } }
}

interface Announcement {
  result: DemoResult
  stack: Stack & { connection: { origin: string } }
  seconds: number
  /** How long it took to have all servers and services ready, ms. */
  startMs: number
  out: NodeJS.WriteStream
}

const groupLines = ({ seated, split, splitNeedlessly, orphansMade, orphansLeast, orphansNow }: GroupsCounted) => [
  `${seated} groups seated, ${split} of them split, ${splitNeedlessly} while a row could hold them`,
  `${orphansMade} single seats left beside a group, ${orphansLeast} could not be avoided; ${orphansNow} are free and alone now`,
]

export function announce({ result, stack, seconds, startMs, out }: Announcement): void {
  const { capacity, sold, free, held, oversold, buyers, answered, lost, readModelEqualsLog, kills, phases } = result
  const { reservePerSecond, p50Ms, p99Ms, showId, example, objections } = result
  const { origin } = stack.connection
  const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  const lines = [
    '',
    `sold ${sold} of ${capacity}, free ${free}, held ${held}, oversold ${oversold}`,
    `${answered} of ${buyers} buyers have every answer, lost ${lost}, read model ${readModelEqualsLog ? 'equals' : 'DIFFERS FROM'} the log`,
    `${reservePerSecond} reserves/s in the rush, p50 ${p50Ms} ms, p99 ${p99Ms} ms`,
    ...(result.groups ? groupLines(result.groups) : []),
    ...kills.map(({ process, pid, backAfterMs }) => `killed ${process} (${pid}) with -9, back after ${s(backAfterMs)}`),
    `${seconds} s: servers ${s(startMs)}, venue and buyers ${s(phases.prepare)}, sale ${s(phases.sale)}, recount ${s(phases.count)}`,
    ...objections.slice(0, 20).map((line) => `✗ ${line}`),
    ...(objections.length > 20 ? [`✗ and ${objections.length - 20} more`] : []),
    '',
    `API docs     ${origin}/api/docs`,
    example.reservationId === null
      ? `A request    curl '${origin}/api/shows/${showId}'`
      : `A request    curl -H 'Authorization: Bearer ${example.token}' '${origin}/api/tickets/status?reservationId=${example.reservationId}'`,
    `The log      ./onsale events --show ${showId}`,
    `In Python    docs/readers/read_events.py (docs/readers/README.md)`,
    `Recount      ./onsale audit --against-read-model`,
    'Stop         ./onsale down',
    '',
  ]
  out.write(lines.join('\n'))
}
