import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { OverloadJob, OverloadResult } from './phase.js'

/** Runs jobs in a process of its own. */
export class OverloadClient {
  private readonly child: ChildProcess = fork(join(import.meta.dirname, 'overload-main.js'))

  /** One at a time. */
  run(job: OverloadJob): Promise<OverloadResult> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('the client of the overload ended'))
      this.child.once('exit', gone)
      this.child.once('message', (message: { result?: OverloadResult; error?: string }) => {
        this.child.off('exit', gone)
        if (message.result) resolve(message.result)
        else reject(new Error(`overload: ${message.error}`))
      })
      this.child.send(job)
    })
  }

  stop(): void {
    this.child.disconnect()
  }
}
