import avsc, { type Type } from 'avsc'

interface Tap {
  readonly buf: Buffer
  readonly pos: number
  readLong(): number
  skipLong(): void
}

/**
 * avsc believes the count in front of an array: five bytes of nonsense make it push billions of items. Every item of our
 * schemas takes at least one byte, so a count larger than the bytes that are left is refused before it is followed.
 */
const arrays = avsc.types.ArrayType.prototype as unknown as { _read(tap: Tap): unknown[] }
arrays._read = function readBounded(this: { itemsType: { _read(tap: Tap): unknown } }, tap) {
  const items = this.itemsType
  const values: unknown[] = []
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    let left = count
    if (left < 0) {
      left = -left
      tap.skipLong()
    }
    if (left > tap.buf.length - tap.pos) throw new Error(`an array says ${left} items and has not the bytes for them`)
    for (; left > 0; left -= 1) values.push(items._read(tap))
  }
  return values
}

/** Times stay UTC ms (numbers), bytes Buffers, a nullable field null or the bare value. */
export function avroType(schema: object): Type {
  return avsc.Type.forSchema(schema as Parameters<typeof avsc.Type.forSchema>[0], {
    wrapUnions: 'never',
    omitRecordMethods: true,
  })
}

/** SHA-256 (hex) of the schema's canonical form: docs and attributes don't count. */
export const fingerprint = (type: Type): string => type.fingerprint('sha256').toString('hex')
