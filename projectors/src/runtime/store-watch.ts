import type { ProjectorEnvironment } from './environment.js'
import type { PartitionProjector } from './partition-projector.js'

const everyMs = 500

/**
 * Looks whether a store that may lose what it had still has it: wiped, started with older data, or replaced by a replica that
 * lacked the last writes. Where events come their compare-and-set says so as well; this is for when none do.
 */
export class StoreWatch {
  private running: Promise<void> | null = null

  constructor(
    private readonly projectors: readonly PartitionProjector[],
    private readonly env: ProjectorEnvironment,
    private readonly readAgain: () => void,
    private readonly signal: AbortSignal,
  ) {}

  start(): void {
    this.running ??= this.run()
  }

  /** To be awaited after the signal has aborted. */
  async stopped(): Promise<void> {
    await this.running
  }

  private async run(): Promise<void> {
    while (await this.env.timers.sleep(everyMs, this.signal)) {
      for (const projector of this.projectors) {
        if (projector.retired || projector.stopped) continue
        if (!(await projector.forgot(this.signal))) continue
        const { id } = projector
        this.env.observer.forgotten?.(id)
        this.env.logger.warn({ ...id }, `${this.env.store.name} lost what ${id.projection} had: reading the log again`)
        this.readAgain()
      }
    }
  }
}
