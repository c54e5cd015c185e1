import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { speedChart } from './chart.js'
import { changesSince } from './compare.js'
import type { BenchReport, Figure } from './report.js'
import { previousReport, writeReport } from './report-folder.js'

const report = (at: string, figures: Record<string, Figure>, cpu = 'A processor'): BenchReport => ({
  at,
  commit: 'abc1234',
  loadBefore: 0.1,
  machine: { cpu, cores: 2, memoryGiB: 24, kernel: 'Linux 6', node: 'v24.21.0', versions: { kafka: '4.4.0' } },
  results: [{ name: 'reserve', title: 'Reserving', tables: 'a table', summary: {}, figures }],
})
const speed = (value: number): Figure => ({ value, unit: '/s', better: 'more' })
const time = (value: number): Figure => ({ value, unit: 'ms', better: 'less' })

describe('what has changed', () => {
  test('is better above 1, of what should be more and of what should be less', () => {
    const before = report('2026-01-01', { speed: speed(100), time: time(20) })
    const changes = changesSince(before, report('2026-01-02', { speed: speed(150), time: time(10), newer: time(1) }))
    expect(changes.map(({ figure, timesBetter }) => [figure, timesBetter])).toEqual([
      ['speed', 1.5],
      ['time', 2],
    ])
  })

  test('is not said of what cannot be compared', () => {
    const before = report('2026-01-01', { zero: speed(0), none: speed(Number.NaN), other: speed(1) })
    const now = report('2026-01-02', { zero: speed(1), none: speed(1), other: time(1) })
    expect(changesSince(before, now).map(({ timesBetter }) => timesBetter)).toEqual([null, null])
  })
})

describe('a folder of reports', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'onsale-bench-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('gives the newest report of the same machine, and the new one says what changed since', () => {
    expect(writeReport(folder, report('2026-01-01T10:00:00.000Z', { speed: speed(100) }), null).changes).toBeNull()
    writeReport(folder, report('2026-01-02T10:00:00.000Z', { speed: speed(200) }), null)
    writeReport(folder, report('2026-01-03T10:00:00.000Z', { speed: speed(1) }, 'Another'), null)
    const now = report('2026-01-04T10:00:00.000Z', { speed: speed(300) })
    expect(previousReport(folder, now)?.at).toBe('2026-01-02T10:00:00.000Z')
    const { markdown, changes } = writeReport(folder, now, '<svg/>')
    expect(changes).toMatchObject([{ before: 200, now: 300, timesBetter: 1.5 }])
    const text = readFileSync(markdown, 'utf8')
    expect(text).toContain(
      'A processor, 2 cores, 24 GiB; Linux 6; Node v24.21.0; kafka 4.4.0. Load average before: 0.1. Commit abc1234.',
    )
    expect(text).toContain('| reserve | speed | 200 | 300 | /s | 1.5 |')
    expect(readFileSync(join(dirname(markdown), 'reserve.svg'), 'utf8')).toBe('<svg/>')
  })

  test('is not upset by a report that cannot be read', () => {
    const { markdown } = writeReport(folder, report('2026-01-05T10:00:00.000Z', { speed: speed(1) }), null)
    writeFileSync(join(dirname(markdown), 'report.json'), '{')
    expect(previousReport(folder, report('2026-01-06T10:00:00.000Z', {}))?.at).toBe('2026-01-04T10:00:00.000Z')
  })
})

test('the chart is SVG, with a line for each who was measured', async () => {
  const svg = await speedChart([
    { line: 'Onsale', connections: 16, perSecond: 900 },
    { line: 'Onsale', connections: 256, perSecond: 5_000 },
    { line: 'SELECT … FOR UPDATE', connections: 16, perSecond: 1_000 },
    { line: 'SELECT … FOR UPDATE', connections: 256, perSecond: 1_100 },
  ])
  expect(svg).toMatch(/^<svg/)
  expect(svg).toContain('Onsale')
  expect(svg).toContain('SELECT … FOR UPDATE')
})
