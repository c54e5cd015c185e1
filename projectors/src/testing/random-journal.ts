import type { JournalRecord } from '@onsale/platform/log'
import type { JournalTypes } from '../runtime/index.js'
import { cancelled, confirmed, held, journalEvent, released, scheduled, showId } from './events.js'

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A journal of one partition: some shows, and holds, sales, releases, cancellations and rejections in them, as a decider would leave them. */
export function randomJournal(seed: number, length: number): JournalRecord[] {
  const next = seededRandom(seed)
  const shows = ['a', 'b', 'c'].map((last) => `${showId.slice(0, -1)}${last}`)
  const versions = new Map<string, number>()
  const live = new Map<string, { show: string; areas: { area: string; quantity: number }[]; sold: boolean }>()
  const records: JournalRecord[] = []
  const append = <Type extends keyof JournalTypes>(type: Type, show: string, data: JournalTypes[Type]) => {
    const at = records.length
    const inStream = type !== 'CommandRejected'
    if (inStream) versions.set(show, (versions.get(show) ?? 0) + 1)
    records.push(
      journalEvent(type, data, {
        // Every third offset is a transaction marker.
        offset: at + Math.floor(at / 2),
        subject: inStream ? show : null,
        streamVersion: inStream ? (versions.get(show) as number) : null,
        commandId: `command-${at}`,
        commandOffset: at,
        time: at * 1_000,
      }),
    )
  }
  for (const show of shows) append('ShowScheduled', show, { ...scheduled, showId: show })
  while (records.length < length) {
    const at = records.length
    const dice = next()
    const show = shows[Math.floor(next() * shows.length)] as string
    const [id, known] = [...live][Math.floor(next() * live.size)] ?? []
    if (!id || !known || dice < 0.5) {
      const reservationId = `${show}.00000000-0000-7000-8000-${String(at).padStart(12, '0')}`
      const areas = [{ area: 'F', quantity: 1 + Math.floor(next() * 3), category: 'B', priceMinor: 100 }]
      append('SeatsHeld', show, { ...held, showId: show, reservationId, seats: [], areas, heldAt: at * 1_000 })
      live.set(reservationId, { show, areas: areas.map(({ area, quantity }) => ({ area, quantity })), sold: false })
      continue
    }
    const of = { showId: known.show, reservationId: id, seats: [], areas: known.areas }
    if (dice < 0.75 && !known.sold) {
      append('ReservationConfirmed', known.show, { ...confirmed, ...of, confirmedAt: at * 1_000 })
      known.sold = true
    } else if (dice < 0.85 && !known.sold) {
      append('HoldReleased', known.show, { ...released, ...of, releasedAt: at * 1_000 })
      live.delete(id)
    } else if (dice < 0.95) {
      append('ReservationCancelled', known.show, {
        ...cancelled,
        ...of,
        wasConfirmed: known.sold,
        cancelledAt: at * 1_000,
      })
      live.delete(id)
    } else {
      append('CommandRejected', show, {
        commandId: `command-${Math.floor(next() * at)}`,
        commandType: 'onsale.reservation.commands.HoldSeats',
        subject: show,
        callerId: 'customer-1',
        reason: 'seat-taken',
        details: [],
        remembered: true,
        decidedAt: at * 1_000,
      })
    }
  }
  return records
}
