/** Seats plus places in areas that an event is about. */
export function placesIn(event: { seats: readonly unknown[]; areas: readonly { quantity: number }[] }): number {
  return event.areas.reduce((sum, { quantity }) => sum + quantity, event.seats.length)
}
