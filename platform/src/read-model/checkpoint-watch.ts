import type { Position } from '../http/position.js'
import type { Clock, Timers } from '../ports/index.js'
import { ownAttribute, spanName } from '../telemetry/semantic-names.js'
import { inSpan } from '../telemetry/tracing.js'
import type { ReadModel } from './read-model.js'
import type { ReadModelReplica } from './replica.js'

interface Waiter {
  models: readonly ReadModel[]
  position: Position
  /** UTC ms. */
  until: number
  resolve(shown: boolean): void
}

/** Between two looks at the replica. */
const pauseMs = 10

/**
 * Waits for read models to show a position. However many requests wait, one look at the replica is taken for all of
 * them, and none while nobody waits.
 */
export class CheckpointWatch {
  private waiters: Waiter[] = []
  private looking = false

  constructor(
    private readonly replica: Pick<ReadModelReplica<unknown>, 'checkpoints'>,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  get waiting(): number {
    return this.waiters.length
  }

  /** True once all of the models show the position; false where that has not come by `until` (UTC ms). */
  shown(models: readonly ReadModel[], position: Position, until: number): Promise<boolean> {
    return inSpan(spanName.awaitPosition, {}, async (span) => {
      const shown = await new Promise<boolean>((resolve) => {
        this.waiters.push({ models, position, until, resolve })
        if (!this.looking) void this.look()
      })
      span?.setAttribute(ownAttribute.positionShown, shown)
      return shown
    })
  }

  private async look(): Promise<void> {
    this.looking = true
    while (this.waiters.length > 0) {
      await this.timers.sleep(pauseMs)
      // A replica that does not answer shows nothing; the waiters' time runs.
      const checkpoints = await this.replica.checkpoints().catch(() => null)
      const now = this.clock.now()
      this.waiters = this.waiters.filter(({ models, position, until, resolve }) => {
        const shown = checkpoints !== null && models.every((model) => checkpoints.shows(model, position))
        if (shown || now >= until) resolve(shown)
        return !shown && now < until
      })
    }
    this.looking = false
  }
}
