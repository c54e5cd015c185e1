import type { Stack } from '@onsale/infra'
import type { ClientRecord } from './client-record.js'

export interface Kill {
  process: string
  pid: number
  /** From the kill until the process was ready again, ms. */
  backAfterMs: number
}

/**
 * Kills each of the processes once with SIGKILL in the middle of the rush, and starts it again: the first after a fraction
 * of the buyers have their answer, the next after as many more.
 */
export class Faults {
  readonly kills: Kill[] = []
  private readonly due: { process: string; after: number }[]
  private working: Promise<void> = Promise.resolve()

  constructor(
    private readonly stack: Stack,
    processes: readonly string[],
    buyers: number,
    record: ClientRecord,
    private readonly tell: (line: string) => void,
  ) {
    this.due = processes.map((process, at) => ({ process, after: ((at + 1) * buyers) / (processes.length + 1) }))
    record.onAnswer(() => {
      const next = this.due[0]
      if (!next || record.reservesAnswered < next.after) return
      this.due.shift()
      this.working = this.working.then(() => this.kill(next.process))
    })
  }

  /** Until every kill that has begun has been mended. @throws where a process did not come back */
  done(): Promise<void> {
    return this.working
  }

  private async kill(process: string): Promise<void> {
    const pid = this.stack.pid(process)
    if (pid === null || !this.stack.kill(process, 'SIGKILL'))
      throw new Error(`${process} does not run, nothing to kill`)
    this.tell(`kill -9 ${process} (${pid})`)
    const began = performance.now()
    await this.stack.restart(process)
    const backAfterMs = Math.round(performance.now() - began)
    this.kills.push({ process, pid, backAfterMs })
    this.tell(`${process} is back after ${(backAfterMs / 1_000).toFixed(1)} s`)
  }
}
