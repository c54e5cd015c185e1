// node platform/bench/decode-speed.js (after a build): decodes per second of a SeatsHeld of two seats, by our own
// writer schema and through a cached resolver of an older one.
import { recordName, schemas } from '@onsale/schemas'
import avsc from 'avsc'
import { SchemaCodec } from '../dist/codec/index.js'

const { schema } = schemas.get(recordName.SeatsHeld)
const older = { ...schema, fields: [...schema.fields, { name: 'more', type: ['null', 'int'], default: null }] }
const ids = new Map([...schemas.keys()].map((name, index) => [name, index + 1]))
const codec = new SchemaCodec(ids, async (id) => (id === 99 ? older : null))
const held = {
  showId: '3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f',
  reservationId: '3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f.0193a3c3-7d1e-7c3b-9a52-0c6f3b1d2e4f',
  customerId: 'customer-1',
  seats: ['A-1', 'A-2'].map((seat) => ({ seat, category: 'front', priceMinor: 90_000 })),
  areas: [],
  currency: 'KRW',
  totalMinor: 180_000,
  heldAt: 1_790_000_000_000,
  expiresAt: 1_790_000_300_000,
}
const own = codec.encode(recordName.SeatsHeld, held)
const foreign = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 99]),
  avsc.Type.forSchema(older).toBuffer({ ...held, more: null }),
])
await codec.decode(foreign)

const seconds = 2
for (const [what, run] of [
  ['encode', () => codec.encode(recordName.SeatsHeld, held)],
  ['decode', () => codec.decode(own)],
  ['decode, older writer', () => codec.decode(foreign)],
]) {
  let count = 0
  const from = performance.now()
  while (performance.now() - from < seconds * 1_000) for (let at = 0; at < 1_000; at += 1, count += 1) run()
  console.log(`${what}: ${Math.round(count / ((performance.now() - from) / 1_000)).toLocaleString('en')}/s`)
}
