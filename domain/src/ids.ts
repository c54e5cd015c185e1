/**
 * Ids that find their way. A show's partition is chosen when it is scheduled and stands in front of its id for ever;
 * what belongs to a show has the show's id in front of its own. So any id says which partition decides about it.
 *
 *   show         3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f
 *   reservation  3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f.0193a3c3-…
 */
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

export const showIdPattern = new RegExp(`^(?:0|[1-9][0-9]{0,3})\\.${uuid}$`)
export const reservationIdPattern = new RegExp(`^(?:0|[1-9][0-9]{0,3})\\.${uuid}\\.${uuid}$`)

/** The partition that decides about a show, reservation or other id that begins with a show id; null where it is not such an id. */
export function partitionOf(id: string): number | null {
  const number = /^(0|[1-9][0-9]{0,3})\./.exec(id)?.[1]
  return number === undefined ? null : Number(number)
}

/** `<showId>` of `<showId>.<uuid>`; null where it is not a reservation id. */
export function showOf(reservationId: string): string | null {
  return reservationIdPattern.test(reservationId) ? reservationId.slice(0, reservationId.lastIndexOf('.')) : null
}
