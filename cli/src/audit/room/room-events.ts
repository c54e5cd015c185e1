/** The events of a waiting room as the audit reads them: written down here once more, on purpose, from the Avro schemas. */
export interface RoomTerms {
  lobbyFrom: number
  opensAt: number
  ratePerMinute: number
  slots: number
  admissionMs: number
  graceMs: number
  priorityPercent: number
}

export interface RoomScheduled extends RoomTerms {
  commitment: string
}

/** What events about one entry have in common. */
export interface OfEntry {
  showId: string
  entryId: string
  customerId: string
}

export interface Joined extends OfEntry {
  lane: string
  /** Null in the lobby. */
  place: number | null
  joinedAt: number
}

export interface Kept extends OfEntry {
  status: string
  keptAt: number
}

export interface Left extends OfEntry {
  keptUntil: number
}

export interface Forfeited extends OfEntry {
  forfeitedAt: number
}

export interface Skipped extends OfEntry {
  lastSeenAt: number
  skippedAt: number
}

export interface Drawn {
  showId: string
  firstPlace: number
  /** Numbers of entries. */
  entries: number[]
}

export interface StockReported {
  fromVersion: number
  showVersion: number
  showOffset: number
  freePlaces: number
  perCustomerLimit: number
}

export interface Granted extends OfEntry {
  lane: string
  place: number
  term: number
  stockVersion: number
  stockOffset: number
  freePlaces: number
  unspentPlaces: number
  openAdmissions: number
  admittedAt: number
  expiresAt: number
}

/** AdmissionRedeemed, AdmissionSpent and AdmissionCompleted have this in common. */
export interface WithPlaces extends OfEntry {
  places: number
}

export interface Ended extends OfEntry {
  reason: string
  expiredAt: number
}

const prefix = 'onsale.queue.events.'

/** By the short name of each event, the field that holds its log time. */
const timeFields = {
  RoomScheduled: 'scheduledAt',
  LobbyOpened: 'openedAt',
  EntryJoined: 'joinedAt',
  PlaceKept: 'keptAt',
  EntryLeft: 'leftAt',
  PlaceForfeited: 'forfeitedAt',
  EntrySkipped: 'skippedAt',
  DrawHeld: 'heldAt',
  PlacesDrawn: 'drawnAt',
  RoomPaused: 'pausedAt',
  RoomResumed: 'resumedAt',
  RoomClosed: 'closedAt',
  RoomChanged: 'changedAt',
  TermClaimed: 'claimedAt',
  StockReported: 'reportedAt',
  AdmissionGranted: 'admittedAt',
  AdmissionRedeemed: 'redeemedAt',
  AdmissionSpent: 'spentAt',
  AdmissionCompleted: 'completedAt',
  AdmissionExpired: 'expiredAt',
} as const
export type RoomEventType = keyof typeof timeFields

/** The short name of an event of a room; null where it is none. */
export function roomEventOf(name: string): RoomEventType | null {
  const short = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return short in timeFields ? (short as RoomEventType) : null
}

/** UTC ms; null for what is no event of a room. */
export function roomTimeOf(name: string, data: unknown): number | null {
  const type = roomEventOf(name)
  return type === null ? null : ((data as Record<string, number>)[timeFields[type]] ?? null)
}

/** Of AdmissionExpired: it was never redeemed. Else its reservation ended. */
export const noShow = 'no-show'
