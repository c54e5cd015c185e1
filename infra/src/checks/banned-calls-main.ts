import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkoutRoot } from '../paths.js'
import { findBannedCalls } from './banned-calls.js'

// The adapters themselves, the rooms that run on the machine and not in the simulator, and tests.
const allowed = /^(infra|cli|bench)\/|^platform\/src\/ports\/system\.ts$|\.spec\.ts$|\/testing\/|\.gen\.ts$/

const files = globSync('*/src/**/*.ts', { cwd: checkoutRoot }).filter((file) => !allowed.test(file))
if (files.length === 0) throw new Error(`no sources under ${checkoutRoot}`)
const found = files.flatMap((file) =>
  findBannedCalls(file, readFileSync(join(checkoutRoot, file), 'utf8')).map(
    ({ line, what }) => `${file}:${line}: ${what}`,
  ),
)
for (const line of found) process.stderr.write(`${line} (take it from @onsale/platform/ports)\n`)
process.stdout.write(`${files.length} files, ${found.length} banned calls\n`)
if (found.length > 0) process.exitCode = 1
