import type { CountedReservation } from '../audit/counted-reservation.js'
import type { SentCommand } from './client-record.js'

export interface Reconciled {
  /** Acknowledged commands whose effect is not in the log. */
  lost: SentCommand[]
  /** Reservations in the log that nobody was told about. */
  unknown: string[]
}

/** Holds the clients' record against the recount of the log: what was acknowledged must be there, and nothing else. */
export function reconcile(
  commands: readonly SentCommand[],
  counted: ReadonlyMap<string, CountedReservation>,
): Reconciled {
  const accepted = commands.filter(({ outcome }) => outcome === 'accepted')
  const last = new Map<string, SentCommand>()
  for (const command of accepted) if (command.reservationId) last.set(command.reservationId, command)
  const lost = accepted.filter((command) => {
    const reservation = command.reservationId === null ? undefined : counted.get(command.reservationId)
    if (!reservation) return true
    if (command.operation === 'reserve' && !samePlaces(command.places, reservation)) return true
    const isLast = last.get(command.reservationId as string) === command
    return isLast && !allowed[command.operation].includes(reservation.status)
  })
  const told = new Set(last.keys())
  const unknown = [...counted.keys()].filter((reservationId) => !told.has(reservationId))
  return { lost, unknown }
}

/** What a reservation can be when this was the last command about it that was accepted. */
const allowed: Record<SentCommand['operation'], CountedReservation['status'][]> = {
  reserve: ['held', 'expired'],
  confirm: ['confirmed'],
  release: ['released'],
  cancel: ['cancelled'],
}

/** Seats, and places in areas as `2×floor`. */
export const placesOf = (seats: readonly string[], areas: Iterable<[area: string, quantity: number]>): string[] => [
  ...seats,
  ...[...areas].map(([area, quantity]) => `${quantity}×${area}`),
]

const samePlaces = (places: readonly string[], { seats, areas }: CountedReservation) =>
  [...places].sort().join('\n') === placesOf(seats, areas).sort().join('\n')
