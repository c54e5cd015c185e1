import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { identify, isRunning, type ProcessIdentity } from './process/identity.js'

/** Thrown where another process is starting or stopping the same stack. */
export class BusyError extends Error {
  constructor(readonly holder: number) {
    super(`process ${holder} is starting or stopping this stack`)
  }
}

/** Runs `work` while no other process holds `file`; a holder that has died holds nothing. */
export async function exclusively<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  const own = `${file}.${process.pid}`
  writeFileSync(own, JSON.stringify(identify(process.pid)))
  try {
    for (;;) {
      try {
        linkSync(own, file)
        break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        const holder = readHolder(file)
        if (holder && isRunning(holder)) throw new BusyError(holder.pid)
        rmSync(file, { force: true })
      }
    }
  } finally {
    rmSync(own, { force: true })
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function readHolder(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
  } catch {
    return null
  }
}
