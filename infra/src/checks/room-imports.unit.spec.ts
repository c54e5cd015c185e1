import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execa } from 'execa'
import { checkoutRoot } from '../paths.js'

interface Report {
  summary: { violations: { from: string; rule: { name: string } }[] }
}

// One file for each rule that breaks it, and some that break none.
const sources: Record<string, string> = {
  'domain/src/index.ts': 'export const d = 1',
  'domain/src/reads-files.ts': "import { readFileSync } from 'node:fs'\nexport const r = readFileSync",
  'domain/src/uses-package.ts': "import { z } from 'zod'\nexport const r = z",
  'domain/src/fine.unit.spec.ts': "import { readFileSync } from 'node:fs'\nexport const r = readFileSync",
  'schemas/src/index.ts': "import { d } from '../../domain/src/index.js'\nexport const s = d",
  'schemas/src/by-name.ts': "import { d } from '@onsale/domain'\nexport const n = d",
  'platform/src/log/index.ts': "import type { D } from '../../../decider/src/index.js'\nexport type P = D",
  'command-api/src/index.ts': "import { q } from '../../query-api/src/index.js'\nexport const c = q",
  'query-api/src/index.ts': 'export const q = 1',
  'query-api/src/writes.ts': "import { p } from '../../projectors/src/index.js'\nexport const w = p",
  'decider/src/index.ts': "export type D = 1\nexport { i } from '../../infra/src/index.js'",
  'decider/src/gets-servers.int.spec.ts': "import { i } from '../../infra/src/index.js'\nexport const g = i",
  'decider/src/reads-projections.int.spec.ts': "import { p } from '../../projectors/src/index.js'\nexport const g = p",
  'projectors/src/index.ts': "export const p = 1\nexport { c } from '../../cli/src/index.js'",
  'infra/src/index.ts': "export const i = 1\nexport { d } from '../../domain/src/index.js'",
  'cli/src/index.ts': "export const c = 1\nexport { q } from '../../query-api/src/index.js'",
  'cli/src/audit/recount.ts': "import { d } from '../../../domain/src/index.js'\nexport const r = d",
  'cli/src/circle-a.ts': "import { b } from './circle-b.js'\nexport const a = () => b",
  'cli/src/circle-b.ts': "import { a } from './circle-a.js'\nexport const b = () => a",
  'cli/src/uses-test.ts': "import { t } from './some.unit.spec.js'\nexport const u = t",
  'cli/src/some.unit.spec.ts': 'export const t = 1',
  'cli/src/lost.ts': "import { l } from './nowhere.js'\nexport const x = l",
  'cli/src/undeclared.ts': "import { z } from 'zod'\nexport const u = z",
}

let dir: string
let found: Set<string>
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-rooms-'))
  const write = (path: string, text: string) => {
    mkdirSync(join(dir, dirname(path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  write('package.json', '{"type":"module"}')
  write('node_modules/zod/package.json', '{"name":"zod","version":"1.0.0","main":"index.js"}')
  write('node_modules/zod/index.js', 'exports.z = 1')
  write(
    'domain/package.json',
    '{"name":"@onsale/domain","type":"module","exports":{".":{"default":"./dist/index.js"}}}',
  )
  write('domain/dist/index.js', 'export const d = 1')
  mkdirSync(join(dir, 'node_modules/@onsale'))
  symlinkSync(join(dir, 'domain'), join(dir, 'node_modules/@onsale/domain'))
  for (const [path, text] of Object.entries(sources)) write(path, text)
  const depcruise = join(checkoutRoot, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const config = join(checkoutRoot, '.dependency-cruiser.js')
  const { stdout } = await execa(process.execPath, [depcruise, '--config', config, '--output-type', 'json', '*/src'], {
    cwd: dir,
    reject: false,
  })
  const report = JSON.parse(stdout) as Report
  found = new Set(report.summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`))
}, 60_000)
afterAll(() => rmSync(dir, { recursive: true }))

test.each([
  ['domain-is-pure', 'domain/src/reads-files.ts'],
  ['domain-is-pure', 'domain/src/uses-package.ts'],
  ['schemas-imports', 'schemas/src/index.ts'],
  ['schemas-imports', 'schemas/src/by-name.ts'],
  ['platform-imports', 'platform/src/log/index.ts'],
  ['command-api-imports', 'command-api/src/index.ts'],
  ['query-api-imports', 'query-api/src/writes.ts'],
  ['decider-imports', 'decider/src/index.ts'],
  ['decider-test-imports', 'decider/src/reads-projections.int.spec.ts'],
  ['projectors-imports', 'projectors/src/index.ts'],
  ['infra-imports', 'infra/src/index.ts'],
  ['cli-imports', 'cli/src/index.ts'],
  ['audit-counts-for-itself', 'cli/src/audit/recount.ts'],
  ['front-door-only', 'decider/src/index.ts'],
  ['no-circles', 'cli/src/circle-a.ts'],
  ['no-tests-in-sources', 'cli/src/uses-test.ts'],
  ['resolvable', 'cli/src/lost.ts'],
  ['declared', 'cli/src/undeclared.ts'],
])('%s stops %s', (rule, file) => {
  expect([...found]).toContain(`${rule}: ${file}`)
})

test('what the table allows is let through', () => {
  const clean = ['domain/src/fine.unit.spec.ts', 'domain/src/index.ts', 'query-api/src/index.ts']
  for (const file of clean) expect([...found].filter((violation) => violation.endsWith(`: ${file}`))).toEqual([])
  expect([...found]).not.toContain('decider-test-imports: decider/src/gets-servers.int.spec.ts')
})
