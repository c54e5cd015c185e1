import { readdirSync, readFileSync } from 'node:fs'

const statOf = (path: string) => {
  const stat = readFileSync(path, 'utf8')
  // The command's name stands in parentheses and may itself hold spaces and parentheses.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Every thread is stopped by a signal (state T). */
export function isPaused(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => statOf(`/proc/${pid}/task/${thread}/stat`)[0] === 'T')
  } catch {
    return false
  }
}

/** What it has computed so far, in clock ticks. */
export function cpuTicks(pid: number): number {
  try {
    const fields = statOf(`/proc/${pid}/stat`)
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return -1
  }
}
