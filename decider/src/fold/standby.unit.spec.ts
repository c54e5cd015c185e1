import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { foldVersion } from '@onsale/domain'
import { type InRoom, OwnerRoom } from '../testing/owner-room.js'

let room: OwnerRoom
let running: InRoom[]

beforeEach(() => {
  room = new OwnerRoom()
  running = []
})
afterEach(async () => {
  await Promise.all(running.map(({ owner }) => owner.stop()))
  await Promise.all(running.map(({ folds }) => folds.stop()))
})

function open(instance: string, everyRecords?: number): InRoom {
  const one = room.process(instance, everyRecords)
  running.push(one)
  return one
}

async function serving(one: InRoom): Promise<InRoom> {
  one.owner.start()
  await room.until(() => one.owner.phase === 'serving')
  return one
}

const value = async ({ registry }: InRoom, name: string) => (await registry.getSingleMetric(name)?.get())?.values ?? []
const ignored = async (one: InRoom) =>
  (await value(one, 'onsale_decider_snapshots_ignored_total')).map(({ labels }) => labels.reason)

/** An owner that has decided some, and a standby that has stored a snapshot of it. */
async function withSnapshot(): Promise<{ first: InRoom; standby: InRoom }> {
  const first = await serving(open('first'))
  room.schedule()
  const standby = open('standby', 10)
  standby.folds.standBy([0])
  for (let n = 0; n < 2; n += 1) {
    room.hold(20)
    await room.until(() => room.answeredOnce)
    await room.until(() => room.snapshots.stored.length > n)
  }
  return { first, standby }
}

describe('a standby', () => {
  test('follows, and is taken over from without the journal being read again', async () => {
    const { first, standby } = await withSnapshot()
    await room.until(() => standby.folds.warm.includes(0))
    const readsBefore = room.log.reads
    await first.owner.stop()
    await serving(standby)
    room.hold(3)
    await room.until(() => room.answeredOnce)
    expect(room.log.reads).toBe(readsBefore)
    expect(standby.folds.warm).toEqual([])
  })

  test('says how far behind it is, and nothing once it is taken over or not wanted any more', async () => {
    const first = await serving(open('first'))
    room.schedule()
    const [taken, unwanted] = [open('taken'), open('unwanted')]
    const behind = async (one: InRoom) =>
      (await value(one, 'onsale_decider_standby_behind_records')).map(({ value }) => value)
    for (const one of [taken, unwanted]) {
      one.folds.standBy([0])
      await room.until(() => one.folds.warm.includes(0))
      expect(await behind(one)).toEqual([0])
    }
    unwanted.folds.standBy([])
    await first.owner.stop()
    await serving(taken)
    room.hold(3)
    await room.until(() => room.answeredOnce)
    for (const one of [taken, unwanted]) expect(await behind(one)).toEqual([])
  })

  test('stores snapshots that an owner without one begins at', async () => {
    const { first } = await withSnapshot()
    await first.owner.stop()
    const next = await serving(open('next'))
    expect(room.snapshots.reads).toBe(1)
    expect(room.log.readFrom.at(-1)).toBeGreaterThan(10)
    room.hold(3)
    await room.until(() => room.answeredOnce)
    expect(await ignored(next)).toEqual([])
  })

  test('whose owner takes over while a snapshot is written writes it to its end: of the moment before, and usable', async () => {
    const first = await serving(open('first'))
    room.schedule()
    room.hold(30)
    await room.until(() => room.answeredOnce)
    let write: () => void = () => {}
    room.snapshots.gate = new Promise((resolve) => {
      write = resolve
    })
    const standby = open('standby', 10)
    standby.folds.standBy([0])
    await room.until(() => room.snapshots.writing === 1)
    room.hold(5)
    await room.until(() => room.answeredOnce)
    await first.owner.stop()
    await serving(standby)
    room.hold(5)
    await room.until(() => room.answeredOnce)
    write()
    await room.until(() => room.snapshots.stored.length === 1)
    await standby.owner.stop()
    const next = await serving(open('next'))
    room.hold(3)
    await room.until(() => room.answeredOnce)
    expect([room.snapshots.reads, await ignored(next)]).toEqual([1, []])
    expect(room.log.readFrom.at(-1)).toBeGreaterThan(10)
  })

  test('is what an owner that lets go becomes, with what it knows', async () => {
    const first = await serving(open('first'))
    first.folds.standBy([])
    room.schedule()
    room.hold(5)
    await room.until(() => room.answeredOnce)
    await first.owner.stop()
    first.folds.standBy([0])
    await room.until(() => first.folds.warm.includes(0))
    expect(room.log.readFrom.at(-1)).toBeGreaterThan(5)
    const second = await serving(open('second'))
    room.hold(2)
    await room.until(() => room.answeredOnce)
    await second.owner.stop()
    const again = room.process('first')
    running.push(again)
    await serving(again)
    expect(room.answeredOnce).toBe(true)
  })

  test('follows across claims, and counts nothing of an owner that is no longer one', async () => {
    const first = await serving(open('first'))
    room.schedule()
    const standby = open('standby')
    standby.folds.standBy([0])
    room.hold(2)
    await room.until(() => room.answeredOnce)
    const second = await serving(open('second'))
    room.hold(2)
    await room.until(() => room.answeredOnce)
    const stale = room.log.events.at(-1)
    room.log.slip({ ...stale?.headers, 'claim-id': 'of-nobody' })
    room.hold(1)
    await room.until(() => room.answeredOnce)
    await Promise.all([first.owner.stop(), second.owner.stop()])
    await serving(standby)
    room.hold(1)
    await room.until(() => room.answeredOnce)
  })
})

describe('a snapshot is passed over, and the journal folded,', () => {
  const serveAnew = async (): Promise<InRoom> => {
    const next = await serving(open('next'))
    room.hold(3)
    await room.until(() => room.answeredOnce)
    return next
  }
  const spoil = (how: (stored: (typeof room.snapshots.stored)[number]) => void) => {
    for (const one of room.snapshots.stored) how(one)
  }

  test.each<[string, string, () => void]>([
    ['where a byte is altered', 'broken', () => spoil(({ pieces }) => pieces[0]?.writeUInt8(255, 40))],
    ['where a piece is missing', 'broken', () => spoil(({ pieces }) => pieces.pop())],
    [
      'where its hash is another',
      'broken',
      () =>
        spoil(({ whole }) => {
          whole.foldHash = 'f'.repeat(64)
        }),
    ],
    [
      'where it speaks of another place',
      'broken',
      () =>
        spoil(({ whole }) => {
          whole.journalOffset -= 1
        }),
    ],
    [
      'of code that folds otherwise',
      'other-fold',
      () =>
        spoil(({ whole }) => {
          whole.foldVersion = foldVersion + 1
        }),
    ],
    [
      'of a journal that is gone',
      'beyond-journal',
      () =>
        spoil(({ whole }) => {
          whole.journalOffset = 10 ** 9
        }),
    ],
  ])('%s', async (_, reason, spoilt) => {
    const { first, standby } = await withSnapshot()
    await Promise.all([first.owner.stop(), standby.folds.stop()])
    spoilt()
    const next = await serveAnew()
    expect(await ignored(next)).toEqual(Array(room.snapshots.stored.length).fill(reason).slice(0, 1))
    expect(room.log.readFrom.at(-1)).toBe(0)
  })

  test('where the newest alone is broken: the one before is used', async () => {
    const { first, standby } = await withSnapshot()
    await Promise.all([first.owner.stop(), standby.folds.stop()])
    expect(room.snapshots.stored.length).toBeGreaterThan(1)
    room.snapshots.stored.at(-1)?.pieces[0]?.fill(7)
    const next = await serveAnew()
    expect(await ignored(next)).toEqual(['broken'])
    expect(room.log.readFrom.at(-1)).toBeGreaterThan(0)
  })

  test('where the topic does not answer', async () => {
    const { first, standby } = await withSnapshot()
    await Promise.all([first.owner.stop(), standby.folds.stop()])
    room.snapshots.newest = () => new Promise(() => {})
    expect(await ignored(await serveAnew())).toEqual(['unreachable'])
  })
})

test('an owner without a standby stores its own, between two commits', async () => {
  const first = await serving(open('first', 10))
  room.schedule()
  for (let n = 0; n < 8; n += 1) {
    room.hold(5)
    await room.until(() => room.answeredOnce)
  }
  await room.until(() => room.snapshots.stored.length > 0)
  await first.owner.stop()
  const next = await serving(open('next'))
  room.hold(1)
  await room.until(() => room.answeredOnce)
  expect(room.log.readFrom.at(-1)).toBeGreaterThan(0)
  expect(await ignored(next)).toEqual([])
})
