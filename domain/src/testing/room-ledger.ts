import type { RoomSettings } from '../waiting-room/commands.js'
import type { EntryJoined, RoomEvent } from '../waiting-room/events.js'
import { textHashes } from './text-hashes.js'

interface Entry {
  id: string
  customerId: string
  lane: string
  place: number | null
  status: 'waiting' | 'away' | 'admitted' | 'active' | 'over'
  expiresAt: number
  places: number
  redeemed: number
  /** Redeemed after it had expired here: it is open again, beside whatever entry its customer has by then. */
  late: boolean
}

const evidenceMs = 5_000

/** Counts a room's promises from its events, with code of its own: throws at the first that is broken. */
export class RoomLedger {
  readonly entries = new Map<string, Entry>()
  readonly admittedAt: number[] = []
  private settings: RoomSettings = {} as RoomSettings
  private digest = ''
  private commitment = ''
  private toDraw: Entry[] = []
  private drawOrder: string[] = []
  private drawn = 0
  private nextPlace = 0
  private open = false
  private shut: string | null = null
  private term = 0
  private stock = { version: 0, free: 0, limit: 0 }
  private contested = { all: 0, priority: 0 }

  add(event: RoomEvent): void {
    switch (event.type) {
      case 'RoomScheduled':
        this.settings = event.data
        this.digest = event.data.commitment
        this.commitment = event.data.commitment
        return
      case 'EntryJoined':
        this.join(event.data)
        return
      case 'PlaceKept':
        this.live(event.data.entryId).status = this.live(event.data.entryId).status.replace(
          'away',
          'waiting',
        ) as Entry['status']
        return
      case 'EntryLeft':
        this.be(event.data.entryId, ['waiting']).status = 'away'
        return
      case 'PlaceForfeited':
        this.be(event.data.entryId, ['away']).status = 'over'
        return
      case 'EntrySkipped':
        this.be(event.data.entryId, ['waiting', 'away']).status = 'over'
        this.holds(event.data.lastSeenAt + this.settings.graceMs <= event.data.skippedAt, 'dropped before its grace')
        return
      case 'DrawHeld':
        this.holds(textHashes.sha256(event.data.seed) === this.commitment, 'another seed')
        this.holds(event.data.lobbyDigest === this.digest, 'another lobby')
        this.toDraw = [...this.entries.values()].filter(({ status }) => status === 'waiting' || status === 'away')
        this.drawOrder = this.orderOf(event.data.seed)
        this.holds(event.data.entries === this.toDraw.length, 'another number of entries')
        this.nextPlace = this.toDraw.length
        this.open = true
        return
      case 'PlacesDrawn':
        this.holds(event.data.firstPlace === this.drawn, 'a place left out')
        for (const number of event.data.entries) {
          const id = this.drawOrder[this.drawn]!
          this.holds(id.endsWith(`.${number}`), `place ${this.drawn} is not that of the draw`)
          this.entries.get(id)!.place = this.drawn++
        }
        return
      case 'RoomPaused':
      case 'RoomClosed':
        this.shut = event.type
        return
      case 'RoomResumed':
        this.shut = null
        return
      case 'RoomChanged':
        if (event.data.priorityPercent !== this.settings.priorityPercent) this.contested = { all: 0, priority: 0 }
        this.settings = event.data
        return
      case 'TermClaimed':
        this.holds(event.data.term === ++this.term, 'a term twice')
        return
      case 'StockReported':
        this.holds(event.data.fromVersion === this.stock.version, 'a report left out')
        this.stock = {
          version: event.data.showVersion,
          free: event.data.freePlaces,
          limit: event.data.perCustomerLimit,
        }
        return
      case 'AdmissionGranted':
        this.grant(event.data)
        return
      case 'AdmissionRedeemed': {
        const entry = this.entries.get(event.data.entryId)!
        this.holds(++entry.redeemed === 1, 'redeemed twice')
        this.holds(entry.expiresAt > 0, 'redeemed without an admission')
        entry.late = entry.status === 'over'
        entry.status = 'active'
        entry.places = event.data.places
        return
      }
      case 'AdmissionSpent':
        this.be(event.data.entryId, ['active']).places = event.data.places
        return
      case 'AdmissionCompleted':
        this.be(event.data.entryId, ['admitted', 'active']).status = 'over'
        return
      case 'AdmissionExpired': {
        const entry = this.be(event.data.entryId, ['admitted', 'active'])
        const noShow = event.data.reason === 'no-show'
        this.holds(!noShow || event.data.expiredAt >= entry.expiresAt + evidenceMs, 'a no-show before its time')
        this.holds(!noShow || entry.status === 'admitted', 'a no-show that was seen')
        entry.status = 'over'
        return
      }
    }
  }

  /** Entries that wait, in the order of their places. */
  get waiting(): Entry[] {
    return [...this.entries.values()]
      .filter(({ status, place }) => status === 'waiting' && place !== null)
      .sort((a, b) => a.place! - b.place!)
  }

  private get openAdmissions(): Entry[] {
    return [...this.entries.values()].filter(({ status }) => status === 'admitted' || status === 'active')
  }

  private join({ entryId, customerId, lane, place, joinedAt }: EntryJoined): void {
    const same = [...this.entries.values()].filter((entry) => entry.customerId === customerId)
    this.holds(!this.entries.has(entryId), 'an entry twice')
    this.holds(
      same.every(({ status, late }) => status === 'over' || late),
      'two places of one customer',
    )
    if (place === null) this.digest = textHashes.sha256(`${this.digest} ${entryId} ${customerId} ${joinedAt}`)
    else this.holds(place === this.nextPlace++, 'a place out of order')
    this.entries.set(entryId, {
      ...{ id: entryId, customerId, lane, place, status: 'waiting', expiresAt: 0, places: 0 },
      ...{ redeemed: 0, late: false },
    })
  }

  private grant(granted: Extract<RoomEvent, { type: 'AdmissionGranted' }>['data']): void {
    const { entryId, place, lane, term, admittedAt, expiresAt } = granted
    const { ratePerMinute, slots, priorityPercent } = this.settings
    const entry = this.be(entryId, ['waiting'])
    this.holds(this.open && this.shut === null, `admitted while ${this.shut ?? 'not open'}`)
    this.holds(this.drawn === this.toDraw.length, 'admitted before the draw was over')
    this.holds(term === this.term, 'admitted by an older term')
    this.holds(entry.place === place && entry.lane === lane, 'another place')
    const before = (of: string | null) =>
      this.waiting.filter((other) => other.place! < place && (of === null || other.lane === of))
    this.holds(before(priorityPercent === 0 ? null : lane).length === 0, 'not first come first served')
    const lanesWaiting = new Set(this.waiting.map((one) => one.lane)).size
    if (lanesWaiting === 2 && priorityPercent > 0) {
      this.contested.all++
      if (lane === 'priority') this.contested.priority++
      const most = Math.floor((priorityPercent * this.contested.all) / 100)
      this.holds(this.contested.priority <= most, 'more than the share of the priority lane')
      this.holds(this.contested.priority >= most, 'less than the share of the priority lane')
    }
    const { free, limit } = this.stock
    const unspent = this.openAdmissions.reduce((sum, { places }) => sum + limit - places, 0)
    this.holds(unspent < free, `${unspent} places may be taken, ${free} are free`)
    this.holds(unspent === granted.unspentPlaces && free === granted.freePlaces, 'other numbers than it says')
    entry.status = 'admitted'
    entry.expiresAt = expiresAt
    this.holds(this.openAdmissions.length <= slots, `${this.openAdmissions.length} admissions, ${slots} slots`)
    this.admittedAt.push(admittedAt)
    for (const [ms, most] of [
      [60_000, ratePerMinute],
      [1_000, Math.ceil(ratePerMinute / 60)],
    ] as const) {
      const within = this.admittedAt.filter((at) => at > admittedAt - ms).length
      this.holds(within <= most, `${within} admissions within ${ms} ms`)
    }
  }

  private orderOf(seed: string): string[] {
    const key = textHashes.hmacSha256(seed, this.digest)
    return this.toDraw
      .map(({ id }) => ({ id, hash: textHashes.hmacSha256(key, id) }))
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
      .map(({ id }) => id)
  }

  private live(entryId: string): Entry {
    return this.be(entryId, ['waiting', 'away', 'admitted', 'active'])
  }

  private be(entryId: string, statuses: Entry['status'][]): Entry {
    const entry = this.entries.get(entryId)
    if (!entry || !statuses.includes(entry.status)) throw new Error(`${entryId} is ${entry?.status}`)
    return entry
  }

  private holds(so: boolean, otherwise: string): void {
    if (!so) throw new Error(otherwise)
  }
}
