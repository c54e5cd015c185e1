import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { LoadJob, LoadResult } from './load-job.js'

/** The load generator, in a process of its own: its client is the same for everyone who is measured. */
export class LoadGenerator {
  private constructor(private readonly child: ChildProcess) {}

  static start(): LoadGenerator {
    return new LoadGenerator(fork(join(import.meta.dirname, 'load-main.js')))
  }

  get pid(): number {
    return this.child.pid as number
  }

  /** One job at a time. */
  run(job: LoadJob): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      const done = (message: { result?: LoadResult; error?: string }) => {
        this.child.off('exit', gone)
        if (message.result) resolve(message.result)
        else reject(new Error(`load: ${message.error}`))
      }
      const gone = () => reject(new Error('the load generator ended'))
      this.child.once('message', done)
      this.child.once('exit', gone)
      this.child.send(job)
    })
  }

  stop(): void {
    this.child.disconnect()
  }
}
