import { DrawCheck } from '../../queue/draw-check.js'
import type { DecodedEntry } from '../log-entry.js'
import type { StreamCount } from '../stream-kind.js'
import type { ReportAt } from '../violation.js'
import { AgainstShow, type ShowOfRoom } from './against-show.js'
import { RoomAdmissions } from './room-admissions.js'
import { RoomEntries } from './room-entries.js'
import {
  type Drawn,
  type Ended,
  type Forfeited,
  type Granted,
  type Joined,
  type Kept,
  type Left,
  type RoomEventType,
  type RoomScheduled,
  type RoomTerms,
  roomEventOf,
  roomTimeOf,
  type Skipped,
  type StockReported,
  type WithPlaces,
} from './room-events.js'
import { RoomLife } from './room-life.js'

/** What the log says of a room's admissions, counted over every prefix and every sliding window. */
export interface RoomFigures {
  entries: number
  admitted: number
  fifoInversions: number
  doubledPlaces: number
  maxRatePerMinute: number
  maxPerSecond: number
  maxActive: number
  /** Admissions beyond rate, slots or stock. */
  overAdmitted: number
  /** While people waited, stock lasted and slots were free; null where that was for less than a second. */
  rateUsedShare: number | null
  /** Slots and rate as they were set last. */
  slotLimit: number
  rateLimit: number
}

/** The room's show, and up to where (exclusive) every admission that it cites was in the room's journal when that was read. */
export interface ShowSource {
  /** Null where it can't be judged: an event of it can't be read; or where there is none. */
  show: ShowOfRoom | null
  exists: boolean
  citedBefore: number
}

/** Recounts one waiting room. Like ShowCount it goes on after a violation as if the event were right. */
export class RoomCount implements StreamCount {
  readonly entries: RoomEntries
  readonly life: RoomLife
  private readonly admissions: RoomAdmissions
  private readonly show: AgainstShow
  private readonly draw: DrawCheck
  private drawMistakes = 0

  constructor(
    showId: string,
    private readonly source: ShowSource,
    private readonly report: ReportAt,
  ) {
    this.entries = new RoomEntries(showId, report)
    this.life = new RoomLife(report)
    this.show = new AgainstShow(source.show, report)
    this.admissions = new RoomAdmissions(this.entries, this.life, this.show, report)
    this.draw = new DrawCheck(showId)
  }

  get figures(): RoomFigures {
    const { admissions, entries, life } = this
    return {
      entries: entries.size,
      admitted: admissions.admitted,
      fifoInversions: admissions.inversions,
      doubledPlaces: entries.doubled,
      maxRatePerMinute: admissions.inMinute.most,
      maxPerSecond: admissions.inSecond.most,
      maxActive: admissions.mostOpen,
      overAdmitted: admissions.over,
      rateUsedShare: admissions.use.share(),
      slotLimit: life.terms.slots,
      rateLimit: life.terms.ratePerMinute,
    }
  }

  apply({ name, data, offset }: DecodedEntry): void {
    const type = roomEventOf(name) as RoomEventType
    if (type === 'RoomScheduled' && !this.source.exists) this.report('stock-wrong', offset, 'the log has no such show')
    if (this.life.phase === 'none' && type !== 'RoomScheduled')
      this.report('room-shut', offset, 'an event of a room that was never scheduled')
    this.draw.add({ type, data })
    const mistake = this.draw.mistakes[this.drawMistakes]
    if (mistake !== undefined) this.report('draw-wrong', offset, mistake)
    this.drawMistakes = this.draw.mistakes.length
    this.handlers[type](data, offset)
    this.admissions.use.from(roomTimeOf(name, data) ?? 0, this.admissions.could, this.life.terms.ratePerMinute)
  }

  finish(): void {
    this.show.checkUses((entryId) => this.entries.find(entryId), this.source.citedBefore)
  }

  private readonly handlers: Record<RoomEventType, (data: unknown, offset: number) => void> = {
    RoomScheduled: (data, offset) => this.life.schedule(data as RoomScheduled, offset),
    LobbyOpened: (data, offset) => this.life.openLobby((data as { openedAt: number }).openedAt, offset),
    EntryJoined: (data, offset) => {
      this.life.checkJoin((data as Joined).place, offset)
      this.entries.join(data as Joined, offset)
    },
    PlaceKept: (data, offset) => this.entries.keep(data as Kept, offset),
    EntryLeft: (data, offset) => this.entries.leave(data as Left, offset),
    PlaceForfeited: (data, offset) => this.entries.forfeit(data as Forfeited, offset),
    EntrySkipped: (data, offset) => this.entries.skip(data as Skipped, this.life.terms.graceMs, offset),
    DrawHeld: (data, offset) => {
      const { entries, heldAt } = data as { entries: number; heldAt: number }
      this.life.holdDraw(entries, heldAt, offset)
      this.entries.drawHeld(entries)
    },
    PlacesDrawn: (data, offset) => {
      this.entries.draw(data as Drawn, offset)
      this.life.drawn += (data as Drawn).entries.length
    },
    RoomPaused: (data) => this.life.pause((data as { stopped: boolean }).stopped),
    RoomResumed: (_, offset) => this.life.resume(offset),
    RoomClosed: (_, offset) => this.life.close(offset),
    RoomChanged: (data) => {
      const terms = data as RoomTerms
      if (terms.priorityPercent !== this.life.terms.priorityPercent) this.admissions.shareSet()
      this.life.terms = terms
    },
    TermClaimed: (data, offset) => this.admissions.claim((data as { term: number }).term, offset),
    StockReported: (data, offset) => {
      this.show.reported(data as StockReported, offset)
      this.admissions.stockChanged()
    },
    AdmissionGranted: (data, offset) => this.admissions.grant(data as Granted, offset),
    AdmissionRedeemed: (data, offset) => this.admissions.redeem(data as WithPlaces, offset),
    AdmissionSpent: (data, offset) => this.admissions.spend(data as WithPlaces, offset),
    AdmissionCompleted: (data, offset) => this.admissions.complete(data as WithPlaces, offset),
    AdmissionExpired: (data, offset) => this.admissions.expire(data as Ended, offset),
  }
}
