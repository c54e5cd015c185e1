const letters = 'fhsw'
/** The letters of the four seats that a byte holds. */
const ofByte = Array.from({ length: 256 }, (_, byte) =>
  [6, 4, 2, 0].map((shift) => letters[(byte >> shift) & 3]).join(''),
)

/** A letter for each seat of a section, from its bitmap of two bits a seat; where it ends early, seats are free. */
export function seatLetters(bitmap: Uint8Array, seats: number): string {
  let text = ''
  for (const byte of bitmap.subarray(0, Math.ceil(seats / 4))) text += ofByte[byte]
  return text.slice(0, seats).padEnd(seats, 'f')
}
