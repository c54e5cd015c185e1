import { describe, expect, test } from '@jest/globals'
import { recordName, type SeatsHeld, schemas } from '@onsale/schemas'
import avsc from 'avsc'
import { avroType } from './avro.js'
import { localCodec, MalformedValueError, SchemaCodec, UnknownSchemaError } from './index.js'

const seatsHeld: SeatsHeld = {
  showId: '3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f',
  reservationId: '3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f.0193a3c3-7d1e-7c3b-9a52-0c6f3b1d2e4f',
  customerId: 'customer-1',
  seats: [
    { seat: 'A-1', category: 'front', priceMinor: 90_000 },
    { seat: 'A-2', category: 'front', priceMinor: 90_000 },
  ],
  areas: [{ area: 'floor', quantity: 2, category: 'standing', priceMinor: 50_000 }],
  currency: 'KRW',
  totalMinor: 280_000,
  heldAt: 1_790_000_000_000,
  expiresAt: 1_790_000_300_000,
  notes: [],
  admissionId: null,
}

/** A value of a schema with the given id in front. */
const written = (id: number, schema: object, data: unknown): Buffer => {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, avsc.Type.forSchema(schema as avsc.schema.RecordType).toBuffer(data)])
}

const ids = new Map([...schemas.keys()].map((name, index) => [name, index + 100]))
const codecWith = (others: Record<number, object>) => {
  const asked: number[] = []
  const codec = new SchemaCodec(ids, async (id) => {
    asked.push(id)
    return others[id] ?? null
  })
  return { codec, asked }
}

describe('round trip', () => {
  test.each([...schemas.values()].map(({ name, schema }) => [name, schema] as const))('%s', (name, schema) => {
    const codec = localCodec()
    const type = avroType(schema)
    for (let at = 0; at < 20; at += 1) {
      const data = JSON.parse(JSON.stringify(type.random()), (_, value: { type?: string; data?: number[] }) =>
        value?.type === 'Buffer' ? Buffer.from(value.data as number[]) : value,
      ) as unknown
      expect(codec.decode(codec.encode(name, data))).toEqual({ name, data })
    }
  })

  test('wire format: 0, id, Avro', () => {
    const value = codecWith({}).codec.encode(recordName.SeatsHeld, seatsHeld)
    expect(value[0]).toBe(0)
    expect(value.readUInt32BE(1)).toBe(ids.get(recordName.SeatsHeld))
    expect(
      avroType((schemas.get(recordName.SeatsHeld) as { schema: object }).schema).fromBuffer(value.subarray(5)),
    ).toEqual(seatsHeld)
  })

  test('a value larger than any buffer that was guessed', () => {
    const codec = localCodec()
    const bytes = Buffer.alloc(600 * 1024, 7)
    const data = { planHash: 'ab', index: 0, count: 1, name: 'Hall', bytes }
    expect(codec.decode(codec.encode(recordName.PlanChunk, data))).toEqual({ name: recordName.PlanChunk, data })
  })
})

describe('an older writer', () => {
  const { schema } = schemas.get(recordName.HoldExpired) as { schema: { fields: readonly object[] } }
  const older = {
    ...schema,
    fields: [...schema.fields, { name: 'gone', type: { type: 'string' }, default: '' }],
  }
  const data = { showId: 's', reservationId: 'r', customerId: 'c', seats: ['A-1'], areas: [], expiredAt: 5 }

  test('is read in our shape; its schema is fetched once', async () => {
    const { codec, asked } = codecWith({ 7: older })
    const value = written(7, older, { ...data, gone: 'x' })
    const both = await Promise.all([codec.decode(value), codec.decode(value)])
    expect(both).toEqual([
      { name: recordName.HoldExpired, data },
      { name: recordName.HoldExpired, data },
    ])
    expect(codec.decode(value)).toEqual({ name: recordName.HoldExpired, data })
    expect(asked).toEqual([7])
  })

  test('that cannot be read as ours is an unknown schema', async () => {
    // Without showId, for which our schema has no default.
    const lacking = { ...schema, fields: schema.fields.slice(1) }
    const { codec } = codecWith({ 7: lacking })
    await expect(async () => codec.decode(written(7, lacking, data))).rejects.toThrow(/cannot read .*HoldExpired/)
    await expect(async () => codec.decode(written(7, lacking, data))).rejects.toThrow(UnknownSchemaError)
  })
})

describe('what cannot be decoded', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['too short', Buffer.from([0, 0, 0, 0])],
    ['another magic byte', Buffer.from([1, 0, 0, 0, 1, 0])],
    ['text', Buffer.from('{"showId":"1"}')],
  ])('%s is malformed', (_, value) => {
    expect(() => localCodec().decode(value)).toThrow(MalformedValueError)
  })

  test('truncated anywhere, or with bytes after the end, is malformed', () => {
    const codec = localCodec()
    const value = codec.encode(recordName.SeatsHeld, seatsHeld)
    for (let end = 5; end < value.length; end += 1) {
      expect(() => codec.decode(value.subarray(0, end))).toThrow(MalformedValueError)
    }
    expect(() => codec.decode(Buffer.concat([value, Buffer.from([0])]))).toThrow(MalformedValueError)
  })

  test('a count that the bytes cannot hold is refused before it is followed', () => {
    const codec = localCodec()
    const head = codec.encode(recordName.HoldSeats, {
      showId: '',
      reservationId: '',
      customerId: '',
      seats: [],
      areas: [],
    })
    // The count of seats becomes 2^50.
    const huge = Buffer.concat([head.subarray(0, 8), Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x04])])
    expect(() => codec.decode(huge)).toThrow(/array says/)
    expect(() => codec.decode(huge)).toThrow(MalformedValueError)
  })

  test('an id that nobody knows', async () => {
    await expect(async () =>
      codecWith({}).codec.decode(written(9, { type: 'record', name: 'X', fields: [] }, {})),
    ).rejects.toThrow(UnknownSchemaError)
  })

  test('a record that this build does not know', async () => {
    const future = { type: 'record', name: 'SeatsGlued', namespace: 'onsale.reservation.events', fields: [] }
    await expect(async () => codecWith({ 9: future }).codec.decode(written(9, future, {}))).rejects.toThrow(
      /SeatsGlued/,
    )
  })

  test('a look-up that failed is tried again', async () => {
    let up = false
    const { schema } = schemas.get(recordName.HoldExpired) as { schema: object }
    const codec = new SchemaCodec(ids, async () => {
      if (!up) throw new Error('no registry')
      return schema
    })
    const value = written(7, schema, {
      showId: 's',
      reservationId: 'r',
      customerId: 'c',
      seats: [],
      areas: [],
      expiredAt: 5,
    })
    await expect(async () => codec.decode(value)).rejects.toThrow('no registry')
    up = true
    await expect(codec.decode(value)).resolves.toMatchObject({ name: recordName.HoldExpired })
  })
})

describe('what cannot be encoded', () => {
  test.each([
    ['a missing field', { ...seatsHeld, currency: undefined }],
    ['another type', { ...seatsHeld, totalMinor: '280000' }],
    ['a fraction where a long stands', { ...seatsHeld, totalMinor: 0.5 }],
    ['nothing', null],
  ])('%s', (_, data) => {
    expect(() => localCodec().encode(recordName.SeatsHeld, data)).toThrow(MalformedValueError)
  })

  test('an unknown name', () => {
    expect(() => localCodec().encode('onsale.reservation.events.SeatsGlued', {})).toThrow(UnknownSchemaError)
  })
})
