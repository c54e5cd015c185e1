/** What can stand in the way of a command of a waiting room; details as in `Rejection`. */
export type RoomRejectionReason =
  | 'room-not-found'
  | 'room-already-scheduled'
  /** details: the fields that break a rule. */
  | 'room-settings-invalid'
  /** details: when the lobby opens, UTC ms. */
  | 'lobby-not-open'
  /** details: when the room may be opened, UTC ms. */
  | 'opening-not-due'
  /** The seed is not the one of the commitment. */
  | 'seed-mismatch'
  | 'room-already-open'
  | 'room-not-open'
  /** details: the reason of the pause. */
  | 'room-paused'
  | 'room-already-paused'
  | 'room-not-paused'
  /** An emergency stop: details: its reason. */
  | 'room-stopped'
  | 'room-closed'
  /** As many entries as a room can have. */
  | 'room-full'
  | 'customer-id-invalid'
  | 'lane-not-found'
  /** The customer has no place in the room. */
  | 'entry-not-found'
  | 'already-left'
  /** The customer has been admitted: the admission runs out by itself. */
  | 'already-admitted'
  /** details: the term in force. */
  | 'term-outdated'
  | 'count-invalid'
  /** details: how many places are drawn, and how many are to be. */
  | 'draw-not-finished'
  /** The room has not been told of the show's stock yet. */
  | 'stock-unknown'
  /** What open admissions may still take covers the free places. details: free places, those that may be taken. */
  | 'stock-covered'
  | 'rate-reached'
  | 'slots-full'
  | 'nobody-waiting'
  | 'nobody-absent'
  /** details: the version of the show that the room knows. */
  | 'stock-outdated'
  | 'stock-gap'
  /** details: the fields that break a rule. */
  | 'report-invalid'
