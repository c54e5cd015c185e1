import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { findExecutable } from '../executables.js'
import { checkoutRoot } from '../paths.js'
import { faultsOfRules } from './rules.js'

const folder = join(checkoutRoot, 'infra/observe/rules')
const rules = globSync('*.yml', { cwd: folder }).sort()
const tests = globSync('tests/*.test.yml', { cwd: folder }).sort()
const text = (file: string) => readFileSync(join(folder, file), 'utf8')
const documents = (path: string) => {
  const file = join(checkoutRoot, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

const faults = faultsOfRules(rules.map(text), tests.map(text), documents)
for (const fault of faults) process.stderr.write(`${fault}\n`)
const promtool = findExecutable('promtool')
if (!promtool) {
  process.stderr.write('promtool is not installed (Debian: prometheus); ./onsale test installs it\n')
  process.exitCode = 1
} else {
  for (const [verb, files] of [
    ['check', rules],
    ['test', tests],
  ] as const) {
    const { exitCode, all } = await execa(promtool, [verb, 'rules', ...files], {
      cwd: folder,
      reject: false,
      all: true,
    })
    if (exitCode !== 0) process.stderr.write(`${all}\n`)
    process.exitCode ||= exitCode ?? 1
  }
}
if (faults.length > 0) process.exitCode = 1
process.stdout.write(`${rules.length} files of rules, ${tests.length} of their tests, ${faults.length} other faults\n`)
