import Table from 'cli-table3'
import type { ReserveOutcome } from './bench-reserve.js'
import type { Measured, SideName } from './measured.js'
import { figuresOf, of, type ReserveSummary } from './summary.js'

export const sides: [side: SideName, title: string][] = [
  ['ours', 'Onsale'],
  ['oursWritePathOnly', 'Onsale, projectors held'],
  ['oursSpread', 'Onsale, many shows'],
  ['oursOpenLoop', 'Onsale, 500 a second'],
  ['forUpdate/1', 'SELECT … FOR UPDATE'],
  ['forUpdate/2', 'SELECT … FOR UPDATE *'],
  ['conditional/1', 'conditional UPDATE'],
  ['conditional/2', 'conditional UPDATE *'],
  ['procedure/1', 'stored procedure'],
  ['procedure/2', 'stored procedure *'],
  ['redis', 'Redis, Lua *'],
]

const plain = { head: [], border: [], compact: true }

/** What was measured, for people. */
export function reserveTables({ measured, pools }: ReserveOutcome, summary: ReserveSummary): string {
  return [
    speeds(measured).toString(),
    '* not on the disk when answered, only with the operating system or in memory: as one Kafka broker, which does not fsync;',
    '  without the star MariaDB has it on the disk (innodb_flush_log_at_trx_commit 1, with binary log and replica).',
    `Pools: ${Object.entries(pools)
      .map(([peer, size]) => `${peer} ${size}`)
      .join(
        ', ',
      )} connections, the best of those tried. Medians of ${roundsOf(measured)} rounds; least and most in parentheses.`,
    '',
    'Ours ÷ theirs',
    ratios(summary).toString(),
    '',
    'CPU, µs for each accepted answer',
    cpu(measured).toString(),
  ].join('\n')
}

function speeds(measured: readonly Measured[]): Table.Table {
  const table = new Table({ head: ['', 'connections', 'accepted/s', 'p50 ms', 'p99 ms'], style: plain })
  for (const [side, title] of sides) {
    for (const connections of levelsOf(measured, side)) {
      const rounds = of(measured, side, connections)
      const rates = rounds.map(({ result }) => result.perSecond)
      const { perSecond, p50Ms, p99Ms } = figuresOf(rounds)
      const range = `(${Math.round(Math.min(...rates))}–${Math.round(Math.max(...rates))})`
      table.push([title, connections, `${perSecond} ${range}`, p50Ms, p99Ms])
    }
  }
  return table
}

function ratios({ ratio }: ReserveSummary): Table.Table {
  const levels = Object.keys(ratio.forUpdate)
  const table = new Table({ head: ['', ...levels], style: plain })
  for (const [to, at] of Object.entries(ratio)) table.push([to, ...levels.map((level) => at[level] ?? '')])
  return table
}

function cpu(measured: readonly Measured[]): Table.Table {
  const rows = sides.flatMap(([side, title]) =>
    levelsOf(measured, side).map((connections) => ({
      title,
      connections,
      ...figuresOf(of(measured, side, connections)),
    })),
  )
  const names = [...new Set(rows.flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))]
  const table = new Table({ head: ['', 'connections', ...names], style: plain })
  for (const { title, connections, cpuMicros } of rows)
    table.push([title, connections, ...names.map((name) => cpuMicros[name] ?? '')])
  return table
}

export const levelsOf = (measured: readonly Measured[], side: SideName) =>
  [...new Set(measured.filter((it) => it.side === side).map(({ connections }) => connections))].sort((a, b) => a - b)

const roundsOf = (measured: readonly Measured[]) => new Set(measured.map(({ round }) => round)).size
