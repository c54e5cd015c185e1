import { createHash, createHmac } from 'node:crypto'
import { JournalScript } from './journal-script.js'
import type { LogScript } from './log-script.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const seed = sha256('a seed')
export const evidenceMs = 5_000

/** Two a second, ten slots, an admission lasts a minute, a place is kept for ten seconds. */
export const roomTerms = {
  ...{ ratePerMinute: 120, slots: 10, admissionMs: 60_000, graceMs: 10_000, priorityPercent: 0 },
}

/** Writes the journal of the waiting room of a show (of the little plan: seven places, four for each), as a decider would; each method can be made to lie. */
export class RoomScript extends JournalScript {
  /** Entry numbers in the order of the draw. */
  order: number[] = []
  term = 1
  open = 0
  unspent = 0
  private readonly customers: string[] = []
  private readonly lobby: string[] = []
  private readonly places = new Map<number, number>()
  private digest = sha256(seed)
  private stock: Record<string, number> = { fromVersion: 0, showVersion: 0, showOffset: 0, freePlaces: 0 }

  constructor(
    partition: number,
    private readonly show: LogScript,
  ) {
    super(partition, { prefix: 'onsale.queue.', commandType: 'AdmitVisitors' })
  }

  entry(number: number): string {
    return `${this.showId}.${number}`
  }

  schedule(lie: object = {}): this {
    const { now } = this
    return this.event('RoomScheduled', {
      ...{ commitment: sha256(seed), lobbyFrom: now, opensAt: now, ...roomTerms, scheduledAt: now },
      ...lie,
    })
  }

  lobbyOpens(): this {
    return this.due('LobbyOpened', { openedAt: this.now })
  }

  join(customerId: string, place: number | null, lie: object = {}): this {
    const entryId = this.entry(this.customers.length)
    this.customers.push(customerId)
    const joinedAt = this.now
    if (place === null) {
      this.lobby.push(entryId)
      this.digest = sha256(`${this.digest} ${entryId} ${customerId} ${joinedAt}`)
    }
    return this.event('EntryJoined', { entryId, customerId, lane: 'standard', place, joinedAt, ...lie })
  }

  /** The draw, and all its places. */
  draw(lie: { seed?: string; lobbyDigest?: string; entries?: number } = {}, order = (drawn: number[]) => drawn): this {
    const key = createHmac('sha256', seed).update(this.digest).digest('hex')
    const hash = (entryId: string) => createHmac('sha256', key).update(entryId).digest('hex')
    const sorted = [...this.lobby].sort((a, b) => (hash(a) < hash(b) ? -1 : 1))
    this.order = order(sorted.map((entryId) => Number(entryId.slice(this.showId.length + 1))))
    const held = { seed, lobbyDigest: this.digest, entries: this.lobby.length, heldAt: this.now, ...lie }
    this.event('DrawHeld', held)
    return this.due('PlacesDrawn', { firstPlace: 0, entries: this.order, drawnAt: this.now })
  }

  /** Of whom the draw is not to know. */
  outOfLobby(number: number): this {
    this.lobby.splice(this.lobby.indexOf(this.entry(number)), 1)
    return this
  }

  claimTerm(term: number): this {
    this.term = term
    return this.event('TermClaimed', { term, controllerId: 'controller', claimedAt: this.now })
  }

  /** What the show has come to, and what that means for one admission. */
  report(freePlaces: number, lie: object = {}, effect: { type: string; data: object } | null = null): this {
    const versions = this.show.records.filter(({ headers }) => headers['stream-version'] !== undefined).length
    const showOffset = this.show.records.length - 1
    this.stock = {
      fromVersion: this.stock.showVersion as number,
      showVersion: versions,
      showOffset,
      freePlaces,
      ...lie,
    }
    const stock = { ...this.stock, perCustomerLimit: 4, reportedAt: this.now, ...lie }
    this.event('StockReported', stock, effect ? { 'command-records': '2' } : {})
    if (!effect) return this
    const { type, data } = effect
    const { headers } = this.records.at(-1) as { headers: Record<string, string> }
    return this.due(type, data, { 'command-offset': headers['command-offset'] as string })
  }

  grant(number: number, place: number, lie: object = {}): this {
    const { showVersion, showOffset, freePlaces } = this.stock
    this.open += 1
    this.event('AdmissionGranted', {
      ...this.of(number),
      ...{ lane: 'standard', place, term: this.term, stockVersion: showVersion, stockOffset: showOffset, freePlaces },
      ...{ unspentPlaces: this.unspent, openAdmissions: this.open },
      ...{ admittedAt: this.now, expiresAt: this.now + roomTerms.admissionMs },
      ...lie,
    })
    this.unspent += 4
    return this
  }

  redeemed(number: number, places: number, lie: object = {}) {
    this.unspent -= places
    this.places.set(number, places)
    return { type: 'AdmissionRedeemed', data: { ...this.of(number), places, redeemedAt: this.now, ...lie } }
  }

  spent(number: number, places: number) {
    this.unspent += (this.places.get(number) ?? 0) - places
    this.places.set(number, places)
    return { type: 'AdmissionSpent', data: { ...this.of(number), places, spentAt: this.now } }
  }

  completed(number: number, places: number) {
    this.over(number)
    return { type: 'AdmissionCompleted', data: { ...this.of(number), places, completedAt: this.now } }
  }

  ended(number: number, reason = 'abandoned') {
    this.over(number)
    return { type: 'AdmissionExpired', data: { ...this.of(number), reason, expiredAt: this.now } }
  }

  noShow(number: number): this {
    const { type, data } = this.ended(number, 'no-show')
    return this.due(type, data)
  }

  leave(number: number): this {
    return this.event('EntryLeft', {
      ...this.of(number),
      ...{ keptUntil: this.now + roomTerms.graceMs, leftAt: this.now },
    })
  }

  comeBack(number: number): this {
    return this.event('PlaceKept', { ...this.of(number), status: 'waiting', expiresAt: null, keptAt: this.now })
  }

  forfeit(number: number): this {
    return this.due('PlaceForfeited', { ...this.of(number), forfeitedAt: this.now })
  }

  skip(number: number, lastSeenAt: number): this {
    return this.event('EntrySkipped', { ...this.of(number), lastSeenAt, skippedAt: this.now })
  }

  pause(stopped = false): this {
    return this.event('RoomPaused', { reason: 'technical', stopped, pausedAt: this.now })
  }

  resume(): this {
    return this.event('RoomResumed', { resumedAt: this.now })
  }

  change(terms: object): this {
    const { now } = this
    const times = { lobbyFrom: now, opensAt: now, reason: 'calm', changedAt: now }
    return this.event('RoomChanged', { ...times, ...roomTerms, ...terms })
  }

  close(): this {
    return this.event('RoomClosed', { reason: 'sold-out', waiting: 0, closedAt: this.now })
  }

  of(number: number) {
    return { entryId: this.entry(number), customerId: this.customers[number] ?? 'nobody' }
  }

  private over(number: number): void {
    this.open -= 1
    this.unspent -= 4 - (this.places.get(number) ?? 0)
  }

  private event(type: string, data: object, headers: Record<string, string> = {}): this {
    return this.answer(`onsale.queue.events.${type}`, { showId: this.showId, ...data }, headers)
  }

  private due(type: string, data: object, headers: Record<string, string> = {}): this {
    return this.write(`onsale.queue.events.${type}`, { showId: this.showId, ...data }, headers)
  }
}
