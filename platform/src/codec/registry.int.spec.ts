import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { recordName, schemas } from '@onsale/schemas'
import avsc from 'avsc'
import { pino } from 'pino'
import { systemIds } from '../ports/index.js'
import {
  createCodec,
  IncompatibleSchemaError,
  RegistryUnavailableError,
  registerSchemas,
  SchemaConflictError,
  UnknownSchemaError,
} from './index.js'

const registryUrl = process.env.ONSALE_REGISTRY_URL ?? ''
const nowhere = 'http://127.0.0.1:1'
const logger = pino({ level: 'silent' })
let folder: string

// A guard against hanging, not a demand on speed.
jest.setTimeout(120_000)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onsale-codec-'))
})

/** An environment of the test's own. */
const environment = () => {
  const env = `codec-${systemIds.uuid().slice(-12)}`
  const bundleFile = join(folder, `${env}.json`)
  return { env, bundleFile, registryUrl, logger }
}
const request = async (path: string, method: string, body: object) => {
  const response = await fetch(`${registryUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect([path, response.status]).toEqual([path, 200])
  return (await response.json()) as { id: number }
}
const register = (subject: string, schema: object) =>
  request(`/subjects/${subject}/versions`, 'POST', { schema: JSON.stringify(schema) })
const schemaOf = (name: string) => (schemas.get(name) as { schema: { fields: readonly object[] } }).schema

const released = { showId: 's', reservationId: 'r', customerId: 'c', seats: ['A-1'], areas: [], releasedAt: 5 }
const wire = (id: number, schema: object, data: object) => {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, avsc.Type.forSchema(schema as avsc.schema.RecordType).toBuffer(data)])
}

describe('the migration step', () => {
  test('registers every schema, each with its rule, and writes the bundle; doing it again changes nothing', async () => {
    const options = environment()
    const bundle = await registerSchemas(options)
    expect(Object.values(bundle).map(({ subject }) => subject)).toContain(
      `${options.env}.reservation.commands-onsale.reservation.commands.HoldSeats`,
    )
    for (const { name, schema } of schemas.values())
      expect(Object.values(bundle).map((it) => it.schema)).toContainEqual({ ...schema, name: schema.name ?? name })
    const text = await readFile(options.bundleFile, 'utf8')
    expect(JSON.parse(text)).toEqual(bundle)
    expect(await registerSchemas(options)).toEqual(bundle)
    expect(await readFile(options.bundleFile, 'utf8')).toBe(text)
    const rule = async (subject: string) => (await (await fetch(`${registryUrl}/config/${subject}`)).json()) as object
    expect(await rule(`${options.env}.reservation.commands-${recordName.HoldSeats}`)).toMatchObject({
      compatibilityLevel: 'FULL',
    })
    expect(await rule(`${options.env}.reservation.events-${recordName.SeatsHeld}`)).toMatchObject({
      compatibilityLevel: 'FULL_TRANSITIVE',
    })
    expect(await rule(`${options.env}.reservation.events-${recordName.OwnerClaimed}`)).toMatchObject({
      compatibilityLevel: 'FULL_TRANSITIVE',
    })
  })

  test('refuses a schema that is not compatible with what was there, by subject and rule', async () => {
    const options = environment()
    const subject = `${options.env}.reservation.events-${recordName.HoldReleased}`
    const schema = schemaOf(recordName.HoldReleased)
    await register(subject, { ...schema, fields: [...schema.fields, { name: 'weight', type: 'int' }] })
    await request(`/config/${subject}`, 'PUT', { compatibility: 'FULL_TRANSITIVE' })
    await expect(registerSchemas(options)).rejects.toThrow(IncompatibleSchemaError)
    await expect(registerSchemas(options)).rejects.toThrow(`${subject} must stay FULL_TRANSITIVE`)
    await expect(readFile(options.bundleFile)).rejects.toThrow(/ENOENT/)
  })

  test('refuses a subject that has another rule', async () => {
    const options = environment()
    const subject = `${options.env}.reservation.events-${recordName.HoldReleased}`
    await register(subject, schemaOf(recordName.HoldReleased))
    await request(`/config/${subject}`, 'PUT', { compatibility: 'NONE' })
    await expect(registerSchemas(options)).rejects.toThrow(/FULL_TRANSITIVE != NONE/)
  })

  test('refuses a registry that is not the one that the log was written with', async () => {
    const options = environment()
    const bundle = await registerSchemas(options)
    const [id, other] = Object.entries(bundle)[0] as [string, (typeof bundle)[string]]
    const [, stranger] = Object.entries(bundle)[1] as [string, (typeof bundle)[string]]
    await writeFile(options.bundleFile, JSON.stringify({ ...bundle, [id]: { ...stranger } }))
    await expect(registerSchemas(options)).rejects.toThrow(SchemaConflictError)
    await expect(createCodec(options)).rejects.toThrow(`schema id ${id} is ${other.subject.split('-').at(-1)}`)
  })

  test('says that the registry is away', async () => {
    await expect(registerSchemas({ ...environment(), registryUrl: nowhere })).rejects.toThrow(RegistryUnavailableError)
  })
})

describe('the codec of a service', () => {
  test('waits until the schemas are registered', async () => {
    const options = environment()
    let waits = 0
    const codec = await createCodec({
      ...options,
      timers: {
        async sleep() {
          waits += 1
          if (waits === 2) await registerSchemas(options)
          return true
        },
      },
    })
    expect(waits).toBe(2)
    expect(codec.decode(codec.encode(recordName.HoldReleased, released))).toEqual({
      name: recordName.HoldReleased,
      data: released,
    })
  })

  test('reads what an older and a newer writer wrote, from the registry', async () => {
    const options = environment()
    const subject = `${options.env}.reservation.events-${recordName.HoldReleased}`
    const schema = schemaOf(recordName.HoldReleased)
    const other = { ...schema, fields: [...schema.fields, { name: 'note', type: ['null', 'int'], default: null }] }
    await registerSchemas(options)
    const { id } = await register(subject, other)
    const codec = await createCodec(options)
    expect(await codec.decode(wire(id, other, { ...released, note: 3 }))).toEqual({
      name: recordName.HoldReleased,
      data: released,
    })
    // From now on it is in the bundle, too.
    const bundle = await registerSchemas(options)
    expect(bundle[id]).toMatchObject({ subject, schema: other })
  })

  test('that meets a foreign id or record says so', async () => {
    const options = environment()
    await registerSchemas(options)
    const codec = await createCodec(options)
    const foreign = {
      type: 'record',
      name: 'Foreign',
      namespace: `n${systemIds.uuid().replaceAll('-', '')}`,
      fields: [{ name: 'a', type: 'int' }],
    }
    const { id } = await register(`${options.env}.other-Foreign`, foreign)
    await expect(async () => codec.decode(wire(id, foreign, { a: 1 }))).rejects.toThrow(UnknownSchemaError)
    await expect(async () => codec.decode(wire(2_000_000_000, foreign, { a: 1 }))).rejects.toThrow(
      /nobody knows schema id 2000000000/,
    )
  })

  test('does without the registry where the bundle has everything', async () => {
    const options = environment()
    await registerSchemas(options)
    const withRegistry = await createCodec(options)
    const codec = await createCodec({ ...options, registryUrl: nowhere })
    const value = withRegistry.encode(recordName.HoldReleased, released)
    expect(codec.encode(recordName.HoldReleased, released)).toEqual(value)
    expect(codec.decode(value)).toEqual({ name: recordName.HoldReleased, data: released })
    // What the bundle does not have may come later: that is no verdict on the value.
    await expect(async () =>
      codec.decode(wire(2_000_000_000, schemaOf(recordName.HoldReleased), released)),
    ).rejects.toThrow(RegistryUnavailableError)
  })

  test('waits for the registry where it has not', async () => {
    let waits = 0
    const sleep = async () => {
      waits += 1
      if (waits === 3) throw new Error('enough')
      return true
    }
    await expect(createCodec({ ...environment(), registryUrl: nowhere, timers: { sleep } })).rejects.toThrow('enough')
  })
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})
