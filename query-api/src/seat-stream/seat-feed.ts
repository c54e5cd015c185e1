import type { SeatStatusBody } from '../show-seats/response.js'
import type { SeatsVersion } from '../show-seats/seat-queries.js'
import { changesBetween } from './seat-changes.js'
import type { SseClient, SseMessage } from './sse-client.js'

/** Steps that a client that comes back may have missed; one that missed more is sent all of the seats. */
const mostSteps = 256

interface State {
  id: string
  readModel: string
  body: SeatStatusBody
}

interface Step extends SseMessage {
  /** The state that it leads on from. */
  after: string
}

const idOf = ({ readModel, version }: SeatsVersion) => `${readModel}-${version}`

/** The seats of one show, for all who listen: one look at the replica serves them all. */
export class SeatFeed {
  private readonly clients = new Set<SseClient>()
  private state: State | null = null
  private steps: Step[] = []

  get listeners(): number {
    return this.clients.size
  }

  /** What is known by now; null before the first look. */
  get seen(): SeatsVersion | null {
    return this.state && { readModel: this.state.readModel, version: this.state.body.version }
  }

  /**
   * What the show is now, whichever read model says it. A state that is older than the one known, or the same, changes nothing:
   * tables and Redis are never quite at the same place.
   */
  now(readModel: string, body: SeatStatusBody): void {
    const before = this.state
    if (before && body.version < before.body.version) return
    const changes = before && changesBetween(before.body, body)
    if (changes && body.version === before.body.version && changes.seats.length + changes.areas.length === 0) return
    const state: State = { id: idOf({ readModel, version: body.version }), readModel, body }
    this.state = state
    if (before && changes) {
      const step: Step = { id: state.id, event: 'changes', data: JSON.stringify(changes), after: before.id }
      this.steps.push(step)
      if (this.steps.length > mostSteps) this.steps.shift()
      for (const client of this.clients) this.follow(client, step)
      return
    }
    this.steps = []
    for (const client of this.clients) this.whole(client)
  }

  /** From here on it hears of every change; at once of what it missed since `lastEventId`, or of all the seats. */
  add(client: SseClient, lastEventId: string | null): void {
    this.clients.add(client)
    const at = this.steps.findIndex(({ after }) => after === lastEventId)
    if (at >= 0) for (const step of this.steps.slice(at)) client.send(step)
    else if (lastEventId === null || this.state?.id !== lastEventId) this.whole(client)
  }

  remove(client: SseClient): void {
    this.clients.delete(client)
  }

  beat(): void {
    for (const client of this.clients) client.beat()
  }

  end(): void {
    for (const client of this.clients) client.end()
    this.clients.clear()
  }

  private follow(client: SseClient, step: Step): void {
    if (client.behind) this.whole(client)
    else client.send(step)
  }

  private whole(client: SseClient): void {
    if (!this.state) return
    const { id, body } = this.state
    if (client.send({ id, event: 'seats', data: JSON.stringify(body) })) client.behind = false
  }
}
