import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second for user space, whatever the kernel's own tick is. */
const microsPerTick = 10_000

/** User and system time that a process has used so far, µs, with that of its threads; 0 where there is no such process. */
export function cpuMicrosOf(pid: number): number {
  try {
    return cpuMicrosIn(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return 0
  }
}

/** From the text of /proc/<pid>/stat. */
export function cpuMicrosIn(stat: string): number {
  // The command's name stands in parentheses and may itself hold spaces and parentheses; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * microsPerTick
}

export function cpuMicrosByName(processes: Record<string, number[]>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(processes).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + cpuMicrosOf(pid), 0)]),
  )
}
