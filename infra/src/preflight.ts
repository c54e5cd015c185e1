import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { containerProgram } from './engine.js'
import { findExecutable } from './executables.js'
import { jarsArePresent } from './native/jars.js'
import { observerPrograms } from './native/observe/observer-names.js'
import type { Engine } from './stack.js'

/** Everything that stands in the way of a start, said at once. */
export class PreflightError extends Error {
  constructor(readonly missing: string[]) {
    super(`cannot start: ${missing.join('; ')}`)
  }
}

const commands = ['java', 'mariadbd', 'mariadb-install-db', 'redis-server', 'nginx', 'tar']
const leastDiskBytes = 2e9
const leastMemoryBytes = 2e9

export async function preflight(dir: string, engine: Engine, observe = false): Promise<void> {
  const missing = [...folder(dir), ...memory()]
  if (engine === 'native') {
    const wanted = jarsArePresent() ? commands : [...commands, 'mvn']
    const absent = [...wanted, ...(observe ? observerPrograms : [])].filter((name) => !findExecutable(name))
    if (absent.length > 0) missing.push(`not installed: ${absent.join(', ')}`)
  } else if (!(await containerProgram())) {
    missing.push('no container engine answers (docker info, podman info)')
  }
  if (missing.length > 0) throw new PreflightError(missing)
}

function folder(dir: string): string[] {
  let existing = resolve(dir)
  while (!existsSync(existing)) existing = dirname(existing)
  const found: string[] = []
  try {
    accessSync(existing, constants.W_OK | constants.X_OK)
  } catch {
    found.push(`no right to write in ${existing}`)
  }
  const { bavail, bsize } = statfsSync(existing)
  const free = bavail * bsize
  if (free < leastDiskBytes)
    found.push(`${gigabytes(free)} free on the disk of ${existing}, ${gigabytes(leastDiskBytes)} needed`)
  return found
}

function memory(): string[] {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
  if (!available) return []
  const bytes = Number(available) * 1024
  return bytes < leastMemoryBytes
    ? [`${gigabytes(bytes)} of memory available, ${gigabytes(leastMemoryBytes)} needed`]
    : []
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
