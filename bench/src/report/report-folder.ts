import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, changesSince } from './compare.js'
import { toMarkdown } from './markdown.js'
import { type BenchReport, sameMachine } from './report.js'

const reportFile = 'report.json'
const chartFile = 'reserve.svg'

/** The newest report of the same machine in the folder; null where there is none. */
export function previousReport(folder: string, now: BenchReport): BenchReport | null {
  if (!existsSync(folder)) return null
  return (
    readdirSync(folder)
      // Folders are called by their time: the last is the newest.
      .sort()
      .reverse()
      .flatMap((name) => readReport(join(folder, name, reportFile)) ?? [])
      .find((report) => report.at < now.at && sameMachine(report.machine, now.machine)) ?? null
  )
}

/** Null where there is none, or none that can be read: an old report is no reason to fail. */
function readReport(file: string): BenchReport | null {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as BenchReport
    return report.at && report.machine && Array.isArray(report.results) ? report : null
  } catch {
    return null
  }
}

/** Writes Markdown, JSON and chart. @returns where, and what has changed since the report before */
export function writeReport(
  folder: string,
  report: BenchReport,
  chart: string | null,
): { markdown: string; changes: Change[] | null } {
  const before = previousReport(folder, report)
  const since = before && { at: before.at, changes: changesSince(before, report) }
  const into = join(folder, report.at.replaceAll(':', '-'))
  mkdirSync(into, { recursive: true })
  if (chart !== null) writeFileSync(join(into, chartFile), chart)
  writeFileSync(join(into, reportFile), `${JSON.stringify({ ...report, since }, null, 2)}\n`)
  const markdown = join(into, 'report.md')
  writeFileSync(markdown, toMarkdown(report, chart === null ? null : chartFile, since))
  return { markdown, changes: since?.changes ?? null }
}
