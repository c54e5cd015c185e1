import type { RoomDoor, Standing } from './room-door.js'

/** Sends a visitor's heartbeats, however long an answer to something else takes. */
export class Heart {
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly door: RoomDoor) {}

  /** The first one at once: of whom nothing is known, nothing can be missed. */
  follow({ heartbeat, heartbeatSeconds }: Standing): void {
    if (this.timer || heartbeat === null || heartbeatSeconds === null) return
    const beat = () => void this.door.beat(heartbeat)
    beat()
    this.timer = setInterval(beat, heartbeatSeconds * 1_000)
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
  }
}
