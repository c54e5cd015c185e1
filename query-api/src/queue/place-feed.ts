import { encodePosition, type Position } from '@onsale/platform/http'
import { SseClient, type SseSink } from '../seat-stream/sse-client.js'
import type { OwnPlaceBody } from './response.js'

/** Nobody is left without a word for longer: a connection that is silent is taken for ended on the way. */
const quietMs = 15_000

/** One who listens: what was said last, and when to look again. */
export class PlaceListener {
  readonly client: SseClient
  lookAt = 0
  private saidAt = 0
  private said = ''

  constructor(
    sink: SseSink,
    readonly customerId: string,
    /** n of `<showId>.<n>`. */
    public entry: number,
    /** Of the access token, UTC ms. */
    readonly expiresAt: number,
  ) {
    this.client = new SseClient(sink)
  }

  /** Says what is new, and now and then what is not. */
  tell(body: OwnPlaceBody, position: Position, now: number): void {
    const what = `${body.status} ${body.state} ${body.reason} ${body.ahead} ${body.admission}`
    // Never later than a connection may be silent.
    this.lookAt = now + Math.min(body.askAgainSeconds * 1_000, quietMs)
    if (what === this.said && now - this.saidAt < quietMs - 1_000) return
    if (!this.client.send({ id: encodePosition(position), event: 'place', data: JSON.stringify(body) })) return
    this.said = what
    this.saidAt = now
  }

  /** What it is told cannot be read for now. */
  quiet(now: number): void {
    this.lookAt = now + 1_000
    if (now - this.saidAt < quietMs - 1_000) return
    this.client.beat()
    this.saidAt = now
  }
}
