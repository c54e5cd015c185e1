import { createHash, createHmac } from 'node:crypto'

/** What a record of the room's journal says, as far as the draw is concerned. */
export interface RoomRecord {
  type: string
  data: unknown
}

interface Joined {
  entryId: string
  customerId: string
  joinedAt: number
  place: number | null
}

export interface DrawVerdict {
  /** What is wrong; empty: each place is the one that seed and lobby give. */
  wrong: string[]
  entries: number
  commitment: string | null
  seed: string | null
  lobbyDigest: string
  /** Entry ids in the order of the draw, done again. */
  order: string[]
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex')

/** Does the draw of a room again from its events, with code of its own: commitment, digest of the lobby, order, places given. */
export class DrawCheck {
  private commitment: string | null = null
  private digest = ''
  private held: { seed: string; lobbyDigest: string; entries: number } | null = null
  private order: string[] = []
  private readonly lobby = new Set<string>()
  private readonly given: string[] = []
  private readonly wrong: string[] = []

  constructor(private readonly showId: string) {}

  add({ type, data }: RoomRecord): void {
    if (type === 'RoomScheduled') this.digest = this.commitment = (data as { commitment: string }).commitment
    else if (type === 'EntryJoined') this.join(data as Joined)
    else if (type === 'PlaceForfeited' || type === 'EntrySkipped') {
      if (!this.held) this.lobby.delete((data as Joined).entryId)
    } else if (type === 'DrawHeld') this.draw(data as { seed: string; lobbyDigest: string; entries: number })
    else if (type === 'PlacesDrawn') this.give(data as { firstPlace: number; entries: number[] })
  }

  /** What was wrong so far. */
  get mistakes(): readonly string[] {
    return this.wrong
  }

  verdict(): DrawVerdict {
    const wrong = [...this.wrong]
    if (this.commitment === null) wrong.push('there is no room')
    else if (!this.held) wrong.push('the draw was not held yet')
    else if (this.given.length !== this.held.entries)
      wrong.push(`${this.given.length} of ${this.held.entries} places are drawn so far`)
    const { commitment, held, digest: lobbyDigest, order } = this
    return { wrong, entries: order.length, commitment, seed: held?.seed ?? null, lobbyDigest, order }
  }

  private join({ entryId, customerId, joinedAt, place }: Joined): void {
    if (place !== null) return
    if (this.held) this.wrong.push(`${entryId} joined the lobby after the draw`)
    this.lobby.add(entryId)
    this.digest = sha256(`${this.digest} ${entryId} ${customerId} ${joinedAt}`)
  }

  private draw(held: { seed: string; lobbyDigest: string; entries: number }): void {
    if (this.held) this.wrong.push('the draw was held twice')
    this.held = held
    if (sha256(held.seed) !== this.commitment) this.wrong.push('the seed is not the one of the commitment')
    if (held.lobbyDigest !== this.digest) this.wrong.push(`the digest of the lobby is ${this.digest}`)
    if (held.entries !== this.lobby.size) this.wrong.push(`${this.lobby.size} were in the lobby, ${held.entries} drawn`)
    const key = hmac(held.seed, this.digest)
    this.order = [...this.lobby]
      .map((entryId) => ({ entryId, hash: hmac(key, entryId) }))
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
      .map(({ entryId }) => entryId)
  }

  private give({ firstPlace, entries }: { firstPlace: number; entries: number[] }): void {
    if (firstPlace !== this.given.length) this.wrong.push(`place ${this.given.length} was left out`)
    for (const number of entries) {
      const due = this.order[this.given.length]
      const entryId = `${this.showId}.${number}`
      if (entryId !== due) this.wrong.push(`place ${this.given.length} is ${due}’s, and was given to ${entryId}`)
      this.given.push(entryId)
    }
  }
}
