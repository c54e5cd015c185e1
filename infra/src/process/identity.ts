import { readdirSync, readFileSync } from 'node:fs'

/** A process id alone names whoever has it now; with the start time it names one process of one boot. */
export interface ProcessIdentity {
  pid: number
  /** Clock ticks since boot, as /proc says it. */
  startTicks: string
  bootId: string
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

/**
 * Null where no such process runs. One that has ended but is not yet reaped does not run; its first thread may end before
 * the others, though, and until they have too, the process holds its ports and files.
 */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name stands in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ended = fields[0] === 'Z' || fields[0] === 'X'
    return ended && readdirSync(`/proc/${pid}/task`).length <= 1 ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

export function identify(pid: number): ProcessIdentity | null {
  const ticks = startTicks(pid)
  return ticks === null ? null : { pid, startTicks: ticks, bootId: bootId() }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return startTicks(identity.pid) === identity.startTicks && bootId() === identity.bootId
}
