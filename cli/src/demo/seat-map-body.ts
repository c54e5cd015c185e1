import type { SeatStatus } from './hall-picture.js'

export type SeatMapBody = { seats: { id: string; status: SeatStatus }[] }

export function statusesOf(body: SeatMapBody, _rows: readonly (readonly string[])[]): Map<string, SeatStatus> {
  return new Map(body.seats.map(({ id, status }) => [id, status]))
}
