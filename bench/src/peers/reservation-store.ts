/** What a peer is asked to do: hold places in one area, under the caller's key. */
export interface Request {
  customerId: string
  key: string
  showId: string
  area: string
  quantity: number
}

export interface Held {
  reservationId: string
  totalMinor: number
  expiresAt: number
}

/** One way to reserve. Durable when it answers, in the way of its server. */
export interface ReservationStore {
  /** Null where the area has not so many places left. A request that repeats one gets its first answer. */
  reserve(request: Request): Promise<Held | null>
}

export const priceMinor = 45_000
export const holdMs = 3_600_000
