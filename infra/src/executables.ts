import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'

/** Debian keeps servers in sbin, which is not on a plain user's PATH. */
const folders = () => [...(process.env.PATH ?? '').split(':').filter(Boolean), '/usr/local/sbin', '/usr/sbin', '/sbin']

export function findExecutable(name: string): string | null {
  for (const folder of folders()) {
    const file = join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      if (statSync(file).isFile()) return file
    } catch {
      // Not here.
    }
  }
  return null
}

export function executable(name: string): string {
  const file = findExecutable(name)
  if (!file) throw new Error(`${name} is not installed`)
  return file
}
