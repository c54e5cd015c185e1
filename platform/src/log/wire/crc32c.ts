// CRC-32C (Castagnoli) by eight tables, eight bytes at a step: a fifth of the time that one table takes.
const polynomial = 0x82f63b78
const tables = new Uint32Array(8 * 256)
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
  tables[byte] = crc
}
for (let at = 256; at < tables.length; at += 1) {
  const before = tables[at - 256] as number
  tables[at] = (before >>> 8) ^ (tables[before & 0xff] as number)
}

/** Of the bytes from `from` up to `end`, exclusive. Unsigned. */
export function crc32c(bytes: Uint8Array, from = 0, end = bytes.length): number {
  const t = tables as unknown as number[]
  const b = bytes as unknown as number[]
  let crc = -1
  let at = from
  for (; at + 8 <= end; at += 8) {
    const low = crc ^ (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24))
    crc =
      t[1792 + (low & 0xff)]! ^
      t[1536 + ((low >>> 8) & 0xff)]! ^
      t[1280 + ((low >>> 16) & 0xff)]! ^
      t[1024 + (low >>> 24)]! ^
      t[768 + b[at + 4]!]! ^
      t[512 + b[at + 5]!]! ^
      t[256 + b[at + 6]!]! ^
      t[b[at + 7]!]!
  }
  for (; at < end; at += 1) crc = t[(crc ^ b[at]!) & 0xff]! ^ (crc >>> 8)
  return (crc ^ -1) >>> 0
}
