import { schemas } from '@onsale/schemas'
import type { Type } from 'avsc'
import { avroType, fingerprint } from './avro.js'
import { type Codec, type DecodedValue, MalformedValueError, UnknownSchemaError } from './codec.js'

const magic = 0
const headerBytes = 5

/** Where a value is encoded first: that is done at once, so that no two are at it at a time. */
const draft = Buffer.allocUnsafeSlow(64 * 1024)

/** Reads what one writer schema wrote. */
interface Reader {
  name: string
  read(payload: Buffer): unknown
}

/** Our schemas, compiled once in a process. */
const ours: ReadonlyMap<string, Type> = new Map(
  [...schemas.values()].map(({ name, schema }) => [name, avroType(schema)]),
)

/** The codec once the ids are known; see createCodec. */
export class SchemaCodec implements Codec {
  private readonly readers = new Map<number, Reader>()
  private readonly lookups = new Map<number, Promise<Reader>>()
  private readonly writers: ReadonlyMap<string, { id: number; type: Type }>

  /**
   * @param ids registry id of each of our schemas, by full record name
   * @param find any schema by id; null where nobody knows it
   */
  constructor(
    ids: ReadonlyMap<string, number>,
    private readonly find: (id: number) => Promise<object | null>,
  ) {
    const writers = new Map<string, { id: number; type: Type }>()
    for (const [name, type] of ours) {
      const id = ids.get(name)
      if (id === undefined) throw new UnknownSchemaError(`${name} has no id`)
      writers.set(name, { id, type })
      this.readers.set(id, { name, read: (payload) => type.fromBuffer(payload) })
    }
    this.writers = writers
  }

  encode(name: string, data: unknown): Buffer {
    const writer = this.writers.get(name)
    if (!writer) throw new UnknownSchemaError(`this build knows no record ${name}`)
    // Into one buffer that is large enough for nearly everything, from which a copy takes no more than it needs; again where avsc says
    // how much it lacks.
    try {
      const { id, type } = writer
      let buffer = draft
      let end = type.encode(data, draft, headerBytes)
      if (end < 0) {
        buffer = Buffer.allocUnsafeSlow(draft.length - end)
        end = type.encode(data, buffer, headerBytes)
      }
      buffer[0] = magic
      buffer.writeUInt32BE(id, 1)
      return buffer === draft ? Buffer.from(draft.subarray(0, end)) : buffer.subarray(0, end)
    } catch (error) {
      throw new MalformedValueError(`not a ${name}: ${(error as Error).message}`, { cause: error })
    }
  }

  decode(value: Buffer): DecodedValue | Promise<DecodedValue> {
    if (value.length < headerBytes || value[0] !== magic) {
      throw new MalformedValueError(`not the Confluent wire format (${value.length} bytes)`)
    }
    const id = value.readUInt32BE(1)
    const reader = this.readers.get(id)
    return reader ? decoded(reader, value) : this.readerOf(id).then((found) => decoded(found, value))
  }

  private readerOf(id: number): Promise<Reader> {
    const underway = this.lookups.get(id)
    if (underway) return underway
    const lookup = this.find(id)
      .then((schema) => {
        if (!schema) throw new UnknownSchemaError(`nobody knows schema id ${id}`)
        const reader = readerFor(id, schema)
        this.readers.set(id, reader)
        return reader
      })
      .finally(() => this.lookups.delete(id))
    this.lookups.set(id, lookup)
    return lookup
  }
}

function decoded({ name, read }: Reader, value: Buffer): DecodedValue {
  try {
    return { name, data: read(value.subarray(headerBytes)) }
  } catch (error) {
    throw new MalformedValueError(`not a ${name}: ${(error as Error).message}`, { cause: error })
  }
}

/** The resolver is built here, once for each writer schema: building it for each value costs 20 to 250 times the decoding. */
function readerFor(id: number, schema: object): Reader {
  let writer: Type
  try {
    writer = avroType(schema)
  } catch (error) {
    throw new UnknownSchemaError(`schema id ${id} is not an Avro schema`, { cause: error })
  }
  const name = writer.name ?? ''
  const reader = ours.get(name)
  if (!reader) throw new UnknownSchemaError(`this build knows no record ${name || '(unnamed)'} (schema id ${id})`)
  if (fingerprint(reader) === fingerprint(writer)) return { name, read: (payload) => reader.fromBuffer(payload) }
  try {
    const resolver = reader.createResolver(writer)
    return { name, read: (payload) => reader.fromBuffer(payload, resolver) }
  } catch (error) {
    throw new UnknownSchemaError(`this build cannot read ${name} as schema id ${id} writes it`, { cause: error })
  }
}
