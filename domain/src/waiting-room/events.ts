import type { ReportStock, RoomSettings, RoomTimes, ScheduleRoom } from './commands.js'

/** Events of a waiting room, past tense. An entry is a visitor's place in the room: `<showId>.<n>`, n counting from 0. */
export interface RoomScheduled extends ScheduleRoom {
  scheduledAt: number
}

export interface LobbyOpened {
  showId: string
  openedAt: number
}

interface OfEntry {
  showId: string
  entryId: string
  customerId: string
}

export interface EntryJoined extends OfEntry {
  lane: string
  /** In the queue, counting from 0; null in the lobby, where the draw gives it. */
  place: number | null
  joinedAt: number
}

/** The customer came again, on whatever device: the place is the one that was there. */
export interface PlaceKept extends OfEntry {
  /** waiting, admitted or active, from now on. */
  status: string
  /** Of the admission, where it is not redeemed; else null. */
  expiresAt: number | null
  keptAt: number
}

export interface EntryLeft extends OfEntry {
  /** Whoever comes back before has the place again. */
  keptUntil: number
  leftAt: number
}

export interface PlaceForfeited extends OfEntry {
  forfeitedAt: number
}

export interface EntrySkipped extends OfEntry {
  lastSeenAt: number
  skippedAt: number
}

/** The room is open. The places of all who are in the lobby follow from this (`draw.ts`); PlacesDrawn spell them out. */
export interface DrawHeld {
  showId: string
  seed: string
  lobbyDigest: string
  /** So many are drawn: the first places of the queue are theirs. */
  entries: number
  heldAt: number
}

export interface PlacesDrawn {
  showId: string
  firstPlace: number
  /** The numbers of the entries with this place and those after it. */
  entries: number[]
  drawnAt: number
}

export interface RoomPaused {
  showId: string
  reason: string
  stopped: boolean
  pausedAt: number
}

export interface RoomResumed {
  showId: string
  resumedAt: number
}

/** Admissions that are open then go on to their end. */
export interface RoomClosed {
  showId: string
  reason: string
  /** So many were waiting. */
  waiting: number
  closedAt: number
}

export interface RoomChanged extends RoomSettings, RoomTimes {
  showId: string
  reason: string
  changedAt: number
}

export interface TermClaimed {
  showId: string
  term: number
  controllerId: string
  claimedAt: number
}

export interface AdmissionGranted extends OfEntry {
  lane: string
  place: number
  term: number
  /** Of the report of stock that allowed it: version and journal offset of the show, free places then. */
  stockVersion: number
  stockOffset: number
  freePlaces: number
  /** Places that open admissions may still take, before this one. */
  unspentPlaces: number
  /** Admissions open, this one included. */
  openAdmissions: number
  admittedAt: number
  /** To be redeemed before, exclusive. */
  expiresAt: number
}

interface OfAdmission extends OfEntry {
  /** That its reservation has. */
  places: number
}

export interface AdmissionRedeemed extends OfAdmission {
  redeemedAt: number
}

/** The reservation has other places than before. */
export interface AdmissionSpent extends OfAdmission {
  spentAt: number
}

export interface AdmissionCompleted extends OfAdmission {
  completedAt: number
}

export interface AdmissionExpired extends OfEntry {
  /** no-show: never redeemed; abandoned: its reservation ended without a purchase. */
  reason: string
  expiredAt: number
}

export interface StockReported extends Omit<ReportStock, 'changes'> {
  reportedAt: number
}

export type RoomEvent =
  | { type: 'RoomScheduled'; data: RoomScheduled }
  | { type: 'LobbyOpened'; data: LobbyOpened }
  | { type: 'EntryJoined'; data: EntryJoined }
  | { type: 'PlaceKept'; data: PlaceKept }
  | { type: 'EntryLeft'; data: EntryLeft }
  | { type: 'PlaceForfeited'; data: PlaceForfeited }
  | { type: 'EntrySkipped'; data: EntrySkipped }
  | { type: 'DrawHeld'; data: DrawHeld }
  | { type: 'PlacesDrawn'; data: PlacesDrawn }
  | { type: 'RoomPaused'; data: RoomPaused }
  | { type: 'RoomResumed'; data: RoomResumed }
  | { type: 'RoomClosed'; data: RoomClosed }
  | { type: 'RoomChanged'; data: RoomChanged }
  | { type: 'TermClaimed'; data: TermClaimed }
  | { type: 'AdmissionGranted'; data: AdmissionGranted }
  | { type: 'AdmissionRedeemed'; data: AdmissionRedeemed }
  | { type: 'AdmissionSpent'; data: AdmissionSpent }
  | { type: 'AdmissionCompleted'; data: AdmissionCompleted }
  | { type: 'AdmissionExpired'; data: AdmissionExpired }
  | { type: 'StockReported'; data: StockReported }
