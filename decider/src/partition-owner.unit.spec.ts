import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { indexPlan, type ShowCommand, showStreams } from '@onsale/domain'
import { type Codec, localCodec, RegistryUnavailableError } from '@onsale/platform/codec'
import { header } from '@onsale/platform/log'
import { systemIds } from '@onsale/platform/ports'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { Folds } from './fold/folds.js'
import { JournalFold } from './fold/journal-fold.js'
import { createOwnerMetrics } from './metrics.js'
import { foldParked } from './parked/parked-record.js'
import { PartitionOwner } from './partition-owner.js'
import type { Plans } from './ports.js'
import { Snapshots } from './snapshots/snapshots.js'
import { HandClock } from './testing/hand-clock.js'
import { MemoryLog } from './testing/memory-ports.js'
import { MemorySnapshots } from './testing/memory-snapshots.js'
import { plan, planHash, showId } from './testing/owner-room.js'

const codec = localCodec()

let clock: HandClock
let log: MemoryLog
let topic: MemorySnapshots
let owner: PartitionOwner
/** What the owner's claims said of its clock. */
let clockSaid: (number | 'right')[]

const somePlans: Plans = { get: (hash) => (hash === planHash ? indexPlan(plan) : null), catchUp: async () => {} }

const newOwner = (instance = 'one', reads: Codec = codec, plans = somePlans, everyRecords = 1_000_000) => {
  const shared = {
    ...{ instance, codec: reads, plans, streams: showStreams(plans.get), clock, timers: clock, ids: systemIds },
    random: { next: () => 0.5 },
    ...{ metrics: createOwnerMetrics(new Registry()), logger: pino({ level: 'silent' }) },
  }
  const ports = log.ports()
  const snapshots = new Snapshots({ ...shared, topic, journalEnd: async () => log.events.length * 2, everyRecords })
  const folds = new Folds((partition, state) => new JournalFold({ ...shared, partition, ports, snapshots }, state))
  const onClock = {
    right: () => void clockSaid.push('right'),
    wrong: (aheadMs: number) => void clockSaid.push(aheadMs),
  }
  return new PartitionOwner({ ...shared, partition: 0, ports, folds, snapshots, onClock })
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const until = async (holds: () => boolean) => {
  while (!holds()) await settled()
}
/** Lets an owner that paused before its next try go on. */
const untilWithTime = async (holds: () => boolean) => {
  while (!holds()) {
    clock.advance(10)
    await settled()
  }
}

function send(command: ShowCommand, commandId = systemIds.uuid(), bodyHash = 'b'.repeat(64)): number {
  return log.command(codec.encode(`onsale.reservation.commands.${command.type}`, command.data), {
    [header.id]: systemIds.uuid(),
    [header.subject]: command.data.showId,
    [header.commandId]: commandId,
    [header.bodyHash]: bodyHash,
    [header.callerId]: 'someone',
    [header.correlationId]: 'correlation',
  })
}
const hold = (customerId = 'c', quantity = 1): ShowCommand => ({
  type: 'HoldSeats',
  data: {
    showId,
    reservationId: `${showId}.${systemIds.uuid()}`,
    customerId,
    seats: [],
    areas: [{ area: 'yard', quantity }],
    bestAvailable: null,
    admission: null,
  },
})
const schedule = (): ShowCommand => ({
  type: 'ScheduleShow',
  data: {
    showId,
    planHash,
    title: 'Night',
    currency: 'KRW',
    prices: [{ category: 'a', priceMinor: 50_000 }],
    perCustomerLimit: 4,
    holdMs: 60_000,
    salesFrom: clock.now() - 1_000,
    salesUntil: clock.now() + 86_400_000,
    startsAt: clock.now() + 90_000_000,
    orphanRule: 'off',
    published: true,
  },
})
const everyCommandAnsweredOnce = () =>
  expect(log.answers().map(({ commandOffset }) => commandOffset)).toEqual(log.commands.map(({ offset }) => offset))

beforeEach(() => {
  clock = new HandClock()
  clockSaid = []
  log = new MemoryLog(() => clock.now())
  topic = new MemorySnapshots()
  owner = newOwner()
})
afterEach(() => owner.stop())

const started = async () => {
  owner.start()
  await until(() => owner.phase === 'serving')
}

test('what has arrived is decided in one group commit, each command seeing the ones before it', async () => {
  send(schedule())
  for (let n = 0; n < 5; n += 1) send(hold())
  await started()
  await until(() => log.answers().length === 6)
  everyCommandAnsweredOnce()
  expect(log.appends).toEqual([1, 6])
  expect(log.answers().map(({ type }) => type)).toEqual([
    'ShowScheduled',
    ...Array(4).fill('SeatsHeld'),
    'CommandRejected',
  ])
})

test('a repeated key in one burst is answered with the offset of the first answer', async () => {
  send(schedule())
  const id = systemIds.uuid()
  for (let n = 0; n < 3; n += 1) send(hold(), id)
  send(hold(), id, 'c'.repeat(64))
  await started()
  await until(() => log.answers().length === 5)
  const counted = log.counted()
  const first = counted.find(({ headers }) => headers[header.commandOffset] === '1')
  for (const commandOffset of ['2', '3']) {
    const again = counted.find(({ headers }) => headers[header.commandOffset] === commandOffset)
    expect(codec.decode(again?.value as Buffer)).toMatchObject({
      name: 'onsale.journal.CommandRepeated',
      data: { firstOffset: first?.offset },
    })
  }
  const reused = counted.find(({ headers }) => headers[header.commandOffset] === '4')
  expect(codec.decode(reused?.value as Buffer)).toMatchObject({ data: { reason: 'idempotency-key-reused' } })
})

describe('a command that cannot be read', () => {
  const parkedNow = () => foldParked(log.parked.map((record, offset) => ({ ...raw, ...record, offset })))
  const raw = { topic: 'parked', partition: 0, appendedAt: 7 }
  const parked = async (value: Buffer | null, headers: Record<string, Buffer | string>) => {
    log.command(value, headers as Record<string, string>)
    await started()
    await until(() => log.answers().length === 1)
    return parkedNow()
  }

  test('is refused as malformed, and parked with its bytes, its headers and the reason', async () => {
    const bytes = Buffer.from('not avro at all')
    const headers = { [header.subject]: showId, reason: 'mine', blob: Buffer.from([0xff, 0x00, 0xfe]) }
    const [command, ...more] = await parked(bytes, headers)
    expect(more).toEqual([])
    expect(command).toEqual({
      partition: 0,
      offset: 0,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      reason: 'value-malformed',
      appendedAt: clock.now(),
      parkedAt: clock.now(),
      key: null,
      value: bytes,
      headers,
      decision: null,
    })
    expect(log.answers()).toEqual([{ commandOffset: 0, type: 'CommandRejected' }])
  })

  const encoded = (name: string, data: unknown) => codec.encode(`onsale.reservation.${name}`, data)
  const release = { showId, reservationId: `${showId}.r`, customerId: 'c' }
  const unknownSchema = Buffer.from([0, 0, 0, 0xff, 0xff, 1, 2, 3])
  const sound = { [header.subject]: showId, [header.commandId]: systemIds.uuid(), [header.bodyHash]: 'b'.repeat(64) }

  test.each<[string, Buffer | null, Record<string, string>]>([
    ['value-missing', null, sound],
    ['value-missing', Buffer.alloc(0), sound],
    ['value-malformed', encoded('commands.ReleaseHold', release).subarray(0, 12), sound],
    ['schema-unknown', unknownSchema, sound],
    ['not-a-command', encoded('events.HoldReleased', { ...release, seats: [], areas: [], releasedAt: 1 }), sound],
    ['command-id-wrong', encoded('commands.ReleaseHold', release), { ...sound, [header.commandId]: 'x' }],
    ['subject-wrong', encoded('commands.ReleaseHold', release), { ...sound, [header.subject]: `${showId}x` }],
  ])('%s is what an operator is told', async (reason, value, headers) => {
    const [command] = await parked(value, headers)
    expect(command).toMatchObject({ reason, value, headers })
  })

  test('others go on: what stands before it and behind it is decided', async () => {
    send(schedule())
    log.command(Buffer.from('poison'), sound)
    send(hold())
    await started()
    await until(() => log.answers().length === 3)
    expect(log.answers().map(({ type }) => type)).toEqual(['ShowScheduled', 'CommandRejected', 'SeatsHeld'])
    expect(parkedNow()).toMatchObject([{ offset: 1, reason: 'value-malformed' }])
  })

  test('once redriven in a form that can be read, it is done; a second redrive is a repetition', async () => {
    send(schedule())
    const command = hold()
    const bytes = codec.encode(`onsale.reservation.commands.${command.type}`, command.data)
    const id = systemIds.uuid()
    const headers = { [header.subject]: showId, [header.commandId]: id, [header.bodyHash]: 'b'.repeat(64) }
    log.command(Buffer.concat([Buffer.from([1]), bytes.subarray(1)]), headers)
    for (let n = 0; n < 2; n += 1) log.command(bytes, { ...headers, [header.id]: systemIds.uuid() })
    await started()
    await until(() => log.answers().length === 4)
    expect(log.answers().map(({ type }) => type)).toEqual([
      'ShowScheduled',
      'CommandRejected',
      'SeatsHeld',
      'CommandRepeated',
    ])
  })
})

describe('a registry that does not answer', () => {
  const unread = Buffer.from([0, 0, 0, 0xff, 0xff, 1])
  /** Knows the schema of that one value only from the `knownFrom`th time that it is asked. */
  const flaky = (knownFrom: number) => {
    let asked = 0
    const one: Codec = {
      encode: (name, data) => codec.encode(name, data),
      decode: (value) => {
        if (!value.equals(unread)) return codec.decode(value)
        asked += 1
        if (asked < knownFrom) throw new RegistryUnavailableError('connection refused')
        return codec.decode(codec.encode('onsale.reservation.commands.HoldSeats', heldThen.data))
      },
    }
    return { one, asked: () => asked }
  }
  let heldThen: ShowCommand
  beforeEach(() => {
    heldThen = hold()
  })
  const sound = () => ({
    [header.id]: systemIds.uuid(),
    [header.subject]: showId,
    [header.commandId]: systemIds.uuid(),
    [header.bodyHash]: 'b'.repeat(64),
  })

  test('what stands before the command is decided at once; it waits, not ready, and is decided in its place', async () => {
    const { one, asked } = flaky(4)
    owner = newOwner('one', one)
    send(schedule())
    log.command(unread, sound())
    send(hold('d'))
    owner.start()
    await until(() => log.answers().length === 1)
    await until(() => owner.phase === 'stalled')
    expect(log.answers()).toEqual([{ commandOffset: 0, type: 'ShowScheduled' }])
    await untilWithTime(() => log.answers().length === 3)
    expect(owner.phase).toBe('serving')
    expect(log.answers().map(({ type }) => type)).toEqual(['ShowScheduled', 'SeatsHeld', 'SeatsHeld'])
    expect(asked()).toBe(4)
    expect(log.parked).toEqual([])
    everyCommandAnsweredOnce()
  })

  test('for longer: the owner starts over and goes on trying; nothing is refused, parked or passed over', async () => {
    const { one, asked } = flaky(25)
    owner = newOwner('one', one)
    send(schedule())
    log.command(unread, sound())
    owner.start()
    await until(() => owner.phase === 'stalled')
    await untilWithTime(() => log.answers().length === 2)
    expect(asked()).toBe(25)
    expect(log.answers().map(({ type }) => type)).toEqual(['ShowScheduled', 'SeatsHeld'])
    expect(log.parked).toEqual([])
    const claims = log.events.filter(({ headers }) => String(headers[header.type]).endsWith('OwnerClaimed'))
    expect(claims.length).toBe(3)
  })
})

describe('an append that was not confirmed', () => {
  for (const failure of ['append lost', 'append unconfirmed'] as const) {
    test(`${failure}: the owner starts over and every command is decided exactly once`, async () => {
      send(schedule())
      await started()
      await until(() => log.answers().length === 1)
      log.failures = [failure]
      for (let n = 0; n < 3; n += 1) send(hold('c', 2))
      await untilWithTime(() => log.answers().length === 4)
      everyCommandAnsweredOnce()
      expect(log.answers().filter(({ type }) => type === 'SeatsHeld')).toHaveLength(2)
    })
  }

  test('of the claim itself: it claims again', async () => {
    log.failures = ['append unconfirmed', 'append lost']
    send(schedule())
    owner.start()
    await untilWithTime(() => log.answers().length === 1)
    everyCommandAnsweredOnce()
  })
})

test('a fenced owner starts over; of two that take turns every command is still decided exactly once', async () => {
  send(schedule())
  await started()
  await until(() => log.answers().length === 1)
  const other = newOwner('other')
  other.start()
  await until(() => other.phase === 'serving')
  for (let n = 0; n < 20; n += 1) {
    send(hold(`customer-${n}`))
    clock.advance(20)
    await settled()
  }
  await untilWithTime(() => log.answers().length === 21)
  everyCommandAnsweredOnce()
  await other.stop()
})

describe('deadlines', () => {
  test('a hold that nobody confirms expires by the wall clock, by itself', async () => {
    send(schedule())
    send(hold())
    await started()
    await until(() => log.answers().length === 2)
    clock.advance(59_999)
    await settled()
    expect(log.counted().some(({ headers }) => headers[header.type] === 'onsale.reservation.events.HoldExpired')).toBe(
      false,
    )
    clock.advance(1)
    await until(() =>
      log.counted().some(({ headers }) => headers[header.type] === 'onsale.reservation.events.HoldExpired'),
    )
    const expired = log.counted().at(-1)
    expect(expired?.headers[header.commandId]).toBeUndefined()
    expect(expired?.headers[header.causationId]).toBeUndefined()
  })

  test('a confirmation appended in time wins over the clock, though it is decided late', async () => {
    send(schedule())
    const holding = hold()
    send(holding)
    await started()
    await until(() => log.answers().length === 2)
    await owner.stop()
    send({
      type: 'ConfirmReservation',
      data: {
        showId,
        reservationId: (holding.data as { reservationId: string }).reservationId,
        confirmedBy: 'box-office',
      },
    })
    clock.advance(61_000)
    owner = newOwner('late')
    await started()
    await until(() => log.answers().length === 3)
    expect(log.answers().at(-1)?.type).toBe('ReservationConfirmed')
    expect(log.counted().some(({ headers }) => headers[header.type] === 'onsale.reservation.events.HoldExpired')).toBe(
      false,
    )
  })
})

describe('a clock that is not the broker’s', () => {
  test.each([
    ['ahead', 2_500],
    ['behind', -1_600],
  ])('%s: decides nothing, says so once, and claims no more', async (_, aheadMs) => {
    log = new MemoryLog(() => clock.now() - aheadMs)
    send(schedule())
    owner = newOwner('skewed')
    owner.start()
    await until(() => clockSaid.length > 0)
    for (let n = 0; n < 500; n += 1) {
      clock.advance(100)
      await settled()
    }
    expect(clockSaid).toEqual([aheadMs])
    expect([log.appends.length, log.answers().length]).toEqual([1, 0])
    expect(owner.phase).toBe('waiting')
    await owner.stop()
    expect(owner.phase).toBe('stopped')
  })

  test('within a second: serves', async () => {
    log = new MemoryLog(() => clock.now() - 900)
    send(schedule())
    owner = newOwner('nearly')
    await started()
    await until(() => log.answers().length === 1)
    expect(clockSaid).toEqual(['right'])
  })
})

describe('halts, never resets', () => {
  test('where the commands topic has lost what is undecided', async () => {
    send(schedule())
    await started()
    await until(() => log.answers().length === 1)
    await owner.stop()
    log.commands.length = 0
    owner = newOwner('two')
    owner.start()
    await until(() => owner.phase === 'halted')
  })

  test('where an event is missing from the journal', async () => {
    send(schedule())
    send(hold())
    send(hold())
    await started()
    await until(() => log.answers().length === 3)
    await owner.stop()
    const held = log.events.findIndex(({ headers }) => headers[header.type]?.toString().endsWith('SeatsHeld'))
    log.events.splice(held, 1)
    owner = newOwner('two')
    owner.start()
    await until(() => owner.phase === 'halted')
  })
})

describe('a cancelled show', () => {
  const cancelled = () =>
    log.counted().filter(({ headers }) => headers[header.type] === 'onsale.reservation.events.ReservationCancelled')

  test('is wound down in chunks, one beside each group of commands, where a tick never gets its turn', async () => {
    const ports = log.ports()
    // One more command is always on its way.
    log.ports = () => ({ ...ports, commandEnds: async () => ({ start: 0, end: log.commands.length + 1 }) })
    owner = newOwner('busy')
    send(schedule())
    for (let n = 0; n < 1_100; n += 1) send(hold(`c${n}`))
    send({ type: 'CancelShow', data: { showId, reason: 'storm' } })
    await started()
    for (const left of [500, 1_000, 1_100]) {
      await until(() => cancelled().length === left)
      send(hold('late'))
    }
    await until(() => log.answers().length === log.commands.length)
    everyCommandAnsweredOnce()
    expect(cancelled()).toHaveLength(1_100)
    expect(cancelled().every(({ headers }) => headers[header.commandId] === undefined)).toBe(true)
  })
})

test('plans that cannot be read for a while delay the catching up, and halt nothing', async () => {
  send(schedule())
  await started()
  await until(() => log.answers().length === 1)
  await owner.stop()
  let tries = 0
  let known = false
  owner = newOwner('two', codec, {
    get: (hash) => (known ? somePlans.get(hash) : null),
    async catchUp() {
      tries += 1
      if (tries < 3) throw new Error('no broker')
      known = true
    },
  })
  owner.start()
  await untilWithTime(() => owner.phase === 'serving' || owner.phase === 'halted')
  expect(owner.phase).toBe('serving')
})
