import { createHash } from 'node:crypto'
import { drawOrder } from './draw-order.js'
import { RoomLimits } from './room-limits.js'
import { BrokenPromise } from './show-model.js'

type Data = Record<string, unknown>
const broken = (invariant: string, detail: string) => new BrokenPromise(invariant, detail)

export interface RoomEntry {
  id: string
  customerId: string
  lane: string
  place: number | null
  status: 'waiting' | 'away' | 'admitted' | 'active' | 'over'
  expiresAt: number
  /** That its reservation has. */
  places: number
  redeemed: boolean
  /** Redeemed after it was over here: open again, beside whatever its customer has by then. */
  late: boolean
}

/** What a room may be told of its show, and of its visitors, by the world that has both. */
export interface RoomWitness {
  /** The show as it was at a version; null where it never was. */
  showAt(showId: string, version: number): { offset: number; freePlaces: number; perCustomerLimit: number } | null
  /** The version of its show that redeemed the admission; null: none has. */
  redeemedAt(showId: string, entryId: string): number | null
  /** Whether a heartbeat of the entry was recorded for that time. */
  wasSeen(entryId: string, at: number): boolean
}

/** So long after its end an admission that nobody has redeemed keeps its slot. */
const evidenceMs = 5_000

/** One waiting room, counted from its events alone, with code that shares nothing with the domain's. */
export class RoomModel {
  version = 0
  term = 0
  phase: 'none' | 'scheduled' | 'lobby' | 'open' | 'closed' = 'none'
  readonly entries = new Map<string, RoomEntry>()
  readonly limits: RoomLimits
  /** Entries that are not over, by customer; one that was redeemed late is not among them. */
  private readonly byCustomer = new Map<string, RoomEntry>()
  private commitment = ''
  private digest = ''
  private order: string[] = []
  private drawn = 0
  private nextPlace = 0
  private paused = false

  constructor(
    readonly showId: string,
    private readonly witness: RoomWitness,
  ) {
    this.limits = new RoomLimits(showId, witness)
  }

  get waiting(): RoomEntry[] {
    return [...this.entries.values()].filter(({ status, place }) => status === 'waiting' && place !== null)
  }

  /** @throws BrokenPromise */
  apply(type: string, data: Data, time: number): void {
    this.version += 1
    switch (type) {
      case 'RoomScheduled':
        if (this.version !== 1) throw broken('room-life', `${this.showId} is scheduled again`)
        this.commitment = data.commitment as string
        this.digest = this.commitment
        this.phase = 'scheduled'
        this.limits.settings(data)
        return
      case 'LobbyOpened':
        this.phase = 'lobby'
        return
      case 'EntryJoined':
        this.join(data)
        return
      case 'DrawHeld':
        this.draw(data)
        return
      case 'PlacesDrawn':
        this.give(data)
        return
      case 'RoomPaused':
      case 'RoomResumed':
        this.paused = type === 'RoomPaused'
        return
      case 'RoomClosed':
        this.phase = 'closed'
        return
      case 'RoomChanged':
        this.limits.settings(data)
        return
      case 'TermClaimed':
        if (data.term !== this.term + 1) throw broken('term', `term ${data.term} follows ${this.term}`)
        this.term = data.term as number
        return
      case 'StockReported':
        this.limits.told(data)
        return
      case 'AdmissionGranted':
        this.grant(data)
        return
      default:
        this.change(type, data, time)
    }
  }

  private join({ entryId, customerId, lane, place, joinedAt }: Data): void {
    const id = entryId as string
    const customer = customerId as string
    if (this.entries.has(id)) throw broken('unique-place', `${id} joins again`)
    const before = this.byCustomer.get(customer)
    if (before) throw broken('one-place', `${customer} joins as ${id} and has ${before.id}`)
    if (place === null) {
      if (this.phase !== 'lobby') throw broken('room-life', `${id} joins a lobby, the room is ${this.phase}`)
      this.digest = createHash('sha256').update(`${this.digest} ${id} ${customer} ${joinedAt}`).digest('hex')
    } else if (place !== this.nextPlace++) throw broken('unique-place', `${id} is given place ${place}`)
    const entry: RoomEntry = {
      ...{ id, customerId: customer, lane: lane as string, place: place as number | null },
      ...{ status: 'waiting', expiresAt: 0, places: 0, redeemed: false, late: false },
    }
    this.entries.set(id, entry)
    this.byCustomer.set(customer, entry)
  }

  private draw(data: Data): void {
    const seed = data.seed as string
    if (this.phase !== 'lobby') throw broken('draw', `a draw while the room is ${this.phase}`)
    if (createHash('sha256').update(seed).digest('hex') !== this.commitment)
      throw broken('draw', 'the seed is not the one that was committed to')
    if (data.lobbyDigest !== this.digest) throw broken('draw', 'the digest is not that of the lobby')
    const lobby = [...this.entries.values()].filter(({ status }) => status === 'waiting' || status === 'away')
    this.order = drawOrder(
      seed,
      this.digest,
      lobby.map(({ id }) => id),
    )
    if (data.entries !== this.order.length)
      throw broken('draw', `${data.entries} are drawn, ${this.order.length} are there`)
    this.nextPlace = this.order.length
    this.phase = 'open'
  }

  private give({ firstPlace, entries }: Data): void {
    if (firstPlace !== this.drawn) throw broken('unique-place', `place ${firstPlace} is drawn after ${this.drawn}`)
    for (const number of entries as number[]) {
      const id = `${this.showId}.${number}`
      if (this.order[this.drawn] !== id)
        throw broken('draw-order', `place ${this.drawn} is ${id}'s, drawn was ${this.order[this.drawn]}`)
      const entry = this.entries.get(id) as RoomEntry
      entry.place = this.drawn++
    }
  }

  private grant(data: Data): void {
    const entry = this.be(data, ['waiting'])
    const { place, term, lane } = data
    if (this.phase !== 'open' || this.paused) throw broken('room-life', `${entry.id} is admitted while nobody is`)
    if (term !== this.term) throw broken('term', `${entry.id} is admitted by term ${term}, in force is ${this.term}`)
    if (this.drawn < this.order.length) throw broken('draw', `${entry.id} is admitted before the draw is over`)
    if (entry.place !== place || entry.lane !== lane)
      throw broken('unique-place', `${entry.id} waits at ${entry.place}`)
    const waiting = this.waiting
    const first = waiting.find(
      (one) => (one.place as number) < (place as number) && (!this.limits.hasLanes || one.lane === lane),
    )
    if (first) throw broken('fifo', `${entry.id} is admitted from place ${place}, before ${first.id} at ${first.place}`)
    if (new Set(waiting.map((one) => one.lane)).size === 2) this.limits.contested(lane as string)
    this.limits.grant(data, entry)
    entry.status = 'admitted'
    entry.expiresAt = data.expiresAt as number
  }

  private change(type: string, data: Data, time: number): void {
    switch (type) {
      case 'PlaceKept': {
        const entry = this.be(data, ['waiting', 'away', 'admitted', 'active'])
        if (entry.status === 'away') entry.status = 'waiting'
        return
      }
      case 'EntryLeft':
        this.be(data, ['waiting']).status = 'away'
        return
      case 'PlaceForfeited':
        this.end(this.be(data, ['away']))
        return
      case 'EntrySkipped': {
        const entry = this.be(data, ['waiting', 'away'])
        const seen = data.lastSeenAt as number
        if (seen + this.limits.graceMs > time) throw broken('absence', `${entry.id} was seen ${time - seen} ms before`)
        if (!this.witness.wasSeen(entry.id, seen))
          throw broken('absence', `${entry.id} is absent since ${seen}, when nothing was recorded`)
        this.end(entry)
        return
      }
      case 'AdmissionRedeemed': {
        const entry = this.be(data, ['admitted', 'over'])
        if (entry.redeemed || entry.expiresAt === 0) throw broken('single-redemption', `${entry.id} is redeemed`)
        entry.redeemed = true
        entry.late = entry.status === 'over'
        entry.status = 'active'
        entry.places = data.places as number
        this.limits.open(entry)
        return
      }
      case 'AdmissionSpent':
        this.be(data, ['active']).places = data.places as number
        return
      case 'AdmissionCompleted':
        this.end(this.be(data, ['admitted', 'active']))
        return
      case 'AdmissionExpired': {
        const noShow = data.reason === 'no-show'
        const entry = this.be(data, noShow ? ['admitted'] : ['admitted', 'active'])
        if (noShow && time < entry.expiresAt + evidenceMs)
          throw broken('slots', `${entry.id}'s slot returns before its time`)
        const redeemed = noShow ? this.witness.redeemedAt(this.showId, entry.id) : null
        if (redeemed !== null && redeemed <= this.limits.knownVersion)
          throw broken('redemption-told', `${entry.id} is a no-show: version ${redeemed} of the show has redeemed it`)
        this.end(entry)
        return
      }
      default:
        throw broken('known-event', `there is no event ${type}`)
    }
  }

  private end(entry: RoomEntry): void {
    entry.status = 'over'
    this.limits.close(entry)
    if (this.byCustomer.get(entry.customerId) === entry) this.byCustomer.delete(entry.customerId)
  }

  private be({ entryId, customerId }: Data, statuses: RoomEntry['status'][]): RoomEntry {
    const entry = this.entries.get(entryId as string)
    if (!entry || entry.customerId !== customerId) throw broken('one-place', `${entryId} is not ${customerId}'s`)
    if (!statuses.includes(entry.status)) throw broken('entry-state', `${entryId} is ${entry.status}`)
    return entry
  }
}
