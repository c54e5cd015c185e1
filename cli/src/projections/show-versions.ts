import type { CheckpointHistoryOf, VersionComparison } from '@onsale/projectors'
import Table from 'cli-table3'
import type { VersionStatus } from './projection-desk.js'

const style = { head: [], border: [], compact: true }

export const roleOf = ({ serving, rollbackTarget, state, paused }: VersionStatus): string => {
  if (serving) return 'serving'
  if (state === 'building') return paused ? 'building, paused' : 'building'
  return rollbackTarget ? 'kept for rollback' : state === 'live' ? 'kept' : state
}

export function versionTable(all: readonly VersionStatus[], now: number): string {
  const table = new Table({
    head: ['projection', 'version', 'revision', 'state', 'lag', 'event age', 'missing', 'parked', 'since'],
    style,
  })
  for (const it of all) {
    table.push([
      it.projection,
      it.version,
      it.revision,
      roleOf(it),
      it.state === 'dropped' ? '-' : (it.unreachable ?? it.progress.lag),
      ageOf(it, now),
      it.missing,
      it.parkedStreams === 0 ? 0 : `${it.parkedStreams} streams, ${it.parkedEvents} events`,
      sinceOf(it),
    ])
  }
  return table.toString()
}

/** How long ago the checkpoint moved that is behind; a projection with nothing left to apply has no age. */
function ageOf({ progress }: VersionStatus, now: number): string {
  const behind = progress.partitions.filter(({ nextOffset, endOffset }) => nextOffset < endOffset)
  const moved = behind.map(({ updatedAt }) => updatedAt ?? 0).filter((at) => at > 0)
  if (behind.length === 0) return '-'
  return moved.length === 0 ? 'not begun' : `${Math.max(0, Math.round((now - Math.min(...moved)) / 1_000))} s`
}

const sinceOf = ({ servingSince, createdAt, endedAt }: VersionStatus): string => {
  const at = endedAt ?? (servingSince || createdAt)
  return at === 0 ? 'the beginning' : new Date(at).toISOString()
}

export function partitionTable(all: readonly VersionStatus[]): string {
  const table = new Table({
    head: ['projection', 'version', 'partition', 'checkpoint', 'log end', 'lag', 'moved'],
    style,
  })
  for (const { projection, version, state, progress } of all) {
    if (state === 'dropped') continue
    for (const { partition, nextOffset, endOffset, updatedAt } of progress.partitions) {
      const moved = updatedAt === null ? 'never' : new Date(updatedAt).toISOString()
      const lag = nextOffset > endOffset ? `ahead by ${nextOffset - endOffset}` : endOffset - nextOffset
      table.push([projection, version, partition, nextOffset, endOffset, lag, moved])
    }
  }
  return table.toString()
}

const bars = '▁▂▃▄▅▆▇█'
const columns = 40

/** How the lag of each checkpoint went in the last hour: the worst of each stretch, oldest first. */
export function historyTable(all: readonly CheckpointHistoryOf[]): string {
  const table = new Table({ head: ['projection', 'version', 'partition', 'lag, the last hour', 'worst', 'now'], style })
  for (const { projection, version, partition, samples } of all) {
    const lags = samples.map(({ nextOffset, endOffset }) => Math.max(0, endOffset - nextOffset))
    const stretch = Math.max(1, Math.ceil(lags.length / columns))
    const worst = Math.max(0, ...lags)
    const picture = Array.from({ length: Math.ceil(lags.length / stretch) }, (_, at) => {
      const lag = Math.max(...lags.slice(at * stretch, (at + 1) * stretch))
      return bars[worst === 0 ? 0 : Math.ceil((lag / worst) * (bars.length - 1))]
    })
    table.push([projection, version, partition, picture.join(''), worst, lags.at(-1) ?? '-'])
  }
  return table.toString()
}

const short = (value: unknown): string => {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** What an operator looks at before a switch. */
export function comparisonText(projection: string, it: VersionComparison): string {
  const rows = new Table({ head: ['table', `rows v${it.before}`, `rows v${it.after}`, 'columns'], style })
  for (const { table, rowsBefore, rowsAfter, columnsAdded, columnsRemoved } of it.tables)
    rows.push([
      table,
      rowsBefore,
      rowsAfter,
      [...columnsAdded.map((name) => `+${name}`), ...columnsRemoved.map((name) => `-${name}`)].join(' ') || 'the same',
    ])
  const lines = [rows.toString()]
  for (const { unit, tables, rows: shown } of it.different.slice(0, 20)) {
    lines.push(`${unit}: differs in ${tables.join(', ')}`)
    for (const { table, key, column, before, after } of shown)
      lines.push(
        column === null
          ? `  ${table} ${key}: ${before === null ? `only in v${it.after}` : `only in v${it.before}`}`
          : `  ${table} ${key}: ${column} ${short(before)} → ${short(after)}`,
      )
  }
  if (it.different.length > 20) lines.push(`and ${it.different.length - 20} more`)
  lines.push(
    `${projection} v${it.before} and v${it.after}: ${it.compared} streams and partitions compared, ${it.equal} equal, ` +
      `${it.different.length} different, ${it.unsettled.length} not at the same place while we looked`,
  )
  return lines.join('\n')
}
