import type { ProjectorEnvironment } from './environment.js'
import type { PartitionProjector } from './partition-projector.js'
import { type ReadAgain, redrive } from './redrive.js'

const everyMs = 500

/** Looks at what is parked: says so to whoever measures it, and redrives what an operator asked for. */
export class ParkedWatch {
  private readonly underway = new Map<PartitionProjector, Promise<void>>()
  private running: Promise<void> | null = null

  constructor(
    private readonly projectors: readonly PartitionProjector[],
    private readonly topic: string,
    private readonly env: ProjectorEnvironment,
    private readonly readAgain: ReadAgain,
    private readonly signal: AbortSignal,
  ) {}

  start(): void {
    this.running ??= this.run()
  }

  /** To be awaited after the signal has aborted. */
  async stopped(): Promise<void> {
    await this.running
    await Promise.all(this.underway.values())
  }

  private async run(): Promise<void> {
    do {
      await this.look().catch((error: Error) =>
        this.env.logger.warn({ err: error }, `what is parked cannot be read: ${error.message}`),
      )
    } while (await this.env.timers.sleep(everyMs, this.signal))
  }

  private async look(): Promise<void> {
    const tallies = await this.env.store.parkedNow(this.topic)
    for (const projector of this.projectors) {
      const { id } = projector
      const own = tallies.find(
        (it) => it.projection === id.projection && it.version === id.version && it.partition === id.partition,
      )
      const streams = own?.streams ?? []
      this.env.observer.parked(id, {
        streams: streams.length,
        events: own?.events ?? 0,
        missing: streams.reduce((sum, { missing }) => sum + missing, 0),
        dropped: own?.dropped ?? 0,
      })
      const wanted = streams.filter(({ redriveWanted }) => redriveWanted).map(({ stream }) => stream)
      if (wanted.length > 0) this.redrive(projector, wanted)
    }
  }

  /** In the background: a log that does not answer must not hide what is parked elsewhere. */
  private redrive(projector: PartitionProjector, streams: string[]): void {
    if (this.underway.has(projector)) return
    const { env, readAgain, signal } = this
    const all = async () => {
      for (const stream of streams) await redrive(projector, stream, env, readAgain, signal)
    }
    const underway = all()
      .catch((error: Error) =>
        env.logger.error(
          { err: error, ...projector.id },
          `the redrive failed, it will be tried again: ${error.message}`,
        ),
      )
      .finally(() => this.underway.delete(projector))
    this.underway.set(projector, underway)
  }
}
