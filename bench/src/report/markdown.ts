import type { Change } from './compare.js'
import type { BenchReport } from './report.js'

/** The report for people. `chart` is a file beside it. */
export function toMarkdown(
  report: BenchReport,
  chart: string | null,
  since: { at: string; changes: Change[] } | null,
): string {
  const { at, commit, machine, loadBefore, results } = report
  const { cpu, cores, memoryGiB, kernel, node, versions } = machine
  const servers = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `# Benchmarks of ${at}`,
    '',
    `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${kernel}; Node ${node}; ${servers.join(', ')}. Load average before: ${loadBefore}. Commit ${commit ?? 'unknown'}. Made by \`./onsale bench all\`.`,
    '',
    ...(chart === null ? [] : [`![Accepted reservations a second by connections](${chart})`, '']),
    ...results.flatMap(({ name, title, tables }) => [`## ${name}`, '', title, '', '```', tables, '```', '']),
    ...comparison(since),
  ].join('\n')
}

function comparison(since: { at: string; changes: Change[] } | null): string[] {
  if (!since) return ['## Before', '', 'There is no earlier report of this machine.', '']
  const rows = since.changes.map(
    ({ bench, figure, unit, before, now, timesBetter }) =>
      `| ${bench} | ${figure} | ${before} | ${now} | ${unit} | ${timesBetter ?? '–'} |`,
  )
  return [
    `## Since ${since.at}`,
    '',
    'Times better: above 1 is better than then, whichever way is better.',
    '',
    '| benchmark | figure | then | now | unit | times better |',
    '|---|---|---:|---:|---|---:|',
    ...rows,
    '',
  ]
}
