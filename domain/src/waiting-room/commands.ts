/** Commands of a show's waiting room, imperative. Times are UTC ms; the fields are those of the Avro records of the same name. */
export interface RoomSettings {
  /** Most admissions in any 60 s; in any second a sixtieth of it, rounded up. */
  ratePerMinute: number
  /** Most admissions that are open at once. */
  slots: number
  /** So long an admission may be redeemed. */
  admissionMs: number
  /** So long a place is kept for a visitor who left, or was last seen. */
  graceMs: number
  /** Of the admissions while both lanes wait, the priority lane's share at most. 0: one lane for all. */
  priorityPercent: number
}

export interface RoomTimes {
  /** The lobby takes visitors from then on. */
  lobbyFrom: number
  /** Not drawn and opened before. */
  opensAt: number
}

export interface ScheduleRoom extends RoomSettings, RoomTimes {
  showId: string
  /** SHA-256, hex, of the seed that OpenRoom reveals. */
  commitment: string
}

/** Everyone in the lobby gets a place by the draw; from then on visitors are admitted. */
export interface OpenRoom {
  showId: string
  seed: string
}

/** Nobody is admitted until ResumeRoom. */
export interface PauseRoom {
  showId: string
  reason: string
  /** Emergency: nobody is let into the queue either. */
  stop: boolean
}

export interface ResumeRoom {
  showId: string
}

export interface CloseRoom {
  showId: string
  reason: string
}

export interface ChangeRoom extends RoomSettings, RoomTimes {
  showId: string
  reason: string
}

export const lanes = ['standard', 'priority'] as const

export interface EnterRoom {
  showId: string
  customerId: string
  /** One of `lanes`. */
  lane: string
}

export interface LeaveRoom {
  showId: string
  customerId: string
}

/** From whom AdmitVisitors and DropAbsent are taken, until another claims. */
export interface ClaimTerm {
  showId: string
  controllerId: string
}

/** As many as the room's own limits allow, `most` at most. */
export interface AdmitVisitors {
  showId: string
  term: number
  most: number
}

export interface DropAbsent {
  showId: string
  term: number
  entries: LastSeen[]
}

export interface LastSeen {
  entryId: string
  /** Of a heartbeat that was recorded: missing data are never absence. */
  lastSeenAt: number
}

/** What the show's events from `fromVersion` (exclusive) to `showVersion` came to. */
export interface ReportStock {
  showId: string
  fromVersion: number
  showVersion: number
  /** Of the show's event of that version, in its journal. */
  showOffset: number
  freePlaces: number
  perCustomerLimit: number
  /** In the order of the show's events. */
  changes: AdmissionChange[]
}

/** Of a reservation that was made with an admission. */
export interface AdmissionChange {
  entryId: string
  /** One of `reservationStates`. */
  reservation: string
  /** That the reservation has. */
  places: number
}

export const reservationStates = ['held', 'confirmed', 'ended'] as const

export type RoomCommand =
  | { type: 'ScheduleRoom'; data: ScheduleRoom }
  | { type: 'OpenRoom'; data: OpenRoom }
  | { type: 'PauseRoom'; data: PauseRoom }
  | { type: 'ResumeRoom'; data: ResumeRoom }
  | { type: 'CloseRoom'; data: CloseRoom }
  | { type: 'ChangeRoom'; data: ChangeRoom }
  | { type: 'EnterRoom'; data: EnterRoom }
  | { type: 'LeaveRoom'; data: LeaveRoom }
  | { type: 'ClaimTerm'; data: ClaimTerm }
  | { type: 'AdmitVisitors'; data: AdmitVisitors }
  | { type: 'DropAbsent'; data: DropAbsent }
  | { type: 'ReportStock'; data: ReportStock }
