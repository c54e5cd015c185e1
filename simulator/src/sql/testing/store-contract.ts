import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { isContention, isServerAway } from '@onsale/platform/sql'
import {
  type Checkpoint,
  type CheckpointId,
  commandStatus,
  type ProjectionStore,
  RowBatch,
  RowMissingError,
  reservations,
  type Stop,
  type StoreTransaction,
  salesPerMinute,
  tableName,
} from '@onsale/projectors'
import type { StoreWorld } from './store-world.js'

const topic = 'contract.events'
let ids = 0
/** A projection that no other test has. */
const freshId = (): CheckpointId => ({ projection: `p${++ids}`, version: 1, topic, partition: 0 })
const at = (checkpoint: Checkpoint, nextOffset: number): Checkpoint => ({
  ...checkpoint,
  nextOffset,
  claimId: `claim-${nextOffset}`,
  commandOffset: nextOffset,
})

/** A row whose sums say how often it was written. */
const counted = (show: string, by: number) => {
  const rows = new RowBatch()
  rows.accumulate(salesPerMinute, { show_id: show, minute: 0 }, { sold_places: by, held_places: 1 })
  return rows
}
const reservation = (id: string, customer = 'customer-1') => ({
  reservation_id: id,
  show_id: '0.s',
  customer_id: customer,
  status: 'held',
  seats: '[]',
  areas: '[]',
  currency: 'EUR',
  total_minor: 5,
  held_at: 1,
  expires_at: 2,
  confirmed_at: null,
  confirmed_by: null,
  ended_at: null,
  end_reason: null,
  notes: '[]',
  extended_at: null,
})
const stopAt = (offset: number): Stop => ({
  reason: 'handler-failed',
  detail: 'a mistake',
  offset,
  subject: 's',
  missing: 0,
})
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

/** What the projection runtime and the readers rely on, of whatever keeps the read models. */
export function storeContract(open: () => StoreWorld | Promise<StoreWorld>): void {
  let world: StoreWorld

  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world?.close())

  const run = (work: () => Promise<void>) => () => world.run(work)
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await world.pause()
  }
  /** What the replica shows of the counted row and of the checkpoint, in one snapshot. */
  const shown = (id: CheckpointId, show: string, between: () => Promise<void> = async () => {}) =>
    world.replica().snapshot(async (snapshot) => {
      const checkpoints = await snapshot.checkpoints()
      await between()
      const row = await world.readRow(snapshot.rows)(salesPerMinute, show, 0)
      const position = checkpoints.common([{ ...id, source: 'events' }], topic, 0)
      return { offset: (position?.offset ?? -1) + 1, sold: (row?.sold_places as number | undefined) ?? 0 }
    })
  /** Rows and checkpoint move together: sold_places is the offset of the checkpoint. */
  const advance = async (store: ProjectionStore, id: CheckpointId, show: string, then = async () => {}) => {
    const from = await store.checkpoint(id, 1)
    return store.transaction(async (transaction) => {
      if (!(await transaction.moveCheckpoint(id, from, at(from, from.nextOffset + 1), 2))) return false
      await transaction.writeRows(id, counted(show, 1))
      await transaction.saveStreamVersions(id, new Map([[show, from.nextOffset + 1]]))
      await then()
      return true
    })
  }

  describe('a checkpoint', () => {
    it(
      'begins at the beginning, made once however many ask for it at a time',
      run(async () => {
        const id = freshId()
        const all = await Promise.all(Array.from({ length: 5 }, () => world.store().checkpoint(id, 1)))
        for (const one of all) expect(one).toEqual({ nextOffset: 0, claimId: null, commandOffset: null, epoch: 0 })
      }),
    )

    it(
      'is moved by one of all who know it, and by nobody who knows another',
      run(async () => {
        const id = freshId()
        const from = await world.store().checkpoint(id, 1)
        const moves = await Promise.all(
          Array.from({ length: 6 }, (_, n) =>
            world
              .store()
              .transaction((it) => it.moveCheckpoint(id, from, { ...at(from, 7), claimId: `claim-of-${n}` }, 2)),
          ),
        )
        expect(moves.filter(Boolean)).toHaveLength(1)
        const now = await world.store().checkpoint(id, 1)
        expect(now).toEqual({ ...at(from, 7), claimId: `claim-of-${moves.indexOf(true)}` })
        for (const wrong of [
          { ...now, nextOffset: 6 },
          { ...now, claimId: null },
          { ...now, epoch: 1 },
        ])
          expect(await world.store().transaction((it) => it.moveCheckpoint(id, wrong, at(now, 9), 2))).toBe(false)
        // What it says of the commands is not compared: it follows from the offset.
        expect(
          await world.store().transaction((it) => it.moveCheckpoint(id, { ...now, commandOffset: 99 }, at(now, 9), 2)),
        ).toBe(true)
      }),
    )

    it(
      'that is being moved makes others wait; they lose where that is committed, and win where it is not',
      run(async () => {
        for (const commits of [true, false]) {
          const id = freshId()
          const from = await world.store().checkpoint(id, 1)
          let moved = () => {}
          const isMoved = new Promise<void>((resolve) => {
            moved = resolve
          })
          let goOn = () => {}
          const mayGoOn = new Promise<void>((resolve) => {
            goOn = resolve
          })
          const first = world.store().transaction(async (it) => {
            await it.moveCheckpoint(id, from, at(from, 3), 2)
            moved()
            await mayGoOn
            if (!commits) throw new Error('no')
          })
          const firstDone = failure(first)
          await isMoved
          let answered = false
          const second = world
            .store()
            .transaction((it) => it.moveCheckpoint(id, from, at(from, 5), 2))
            .finally(() => {
              answered = true
            })
          for (let n = 0; n < 5; n++) await world.pause()
          expect(answered).toBe(false)
          // Meanwhile nobody sees it.
          expect((await world.store().checkpoint(id, 1)).nextOffset).toBe(0)
          goOn()
          await firstDone
          expect(await second).toBe(!commits)
          expect((await world.store().checkpoint(id, 1)).nextOffset).toBe(commits ? 3 : 5)
        }
      }),
    )

    it(
      'of two transactions that take two of them in opposite order one is ended, and nothing of it remains',
      run(async () => {
        const [a, b] = [freshId(), freshId()]
        const [fromA, fromB] = [await world.store().checkpoint(a, 1), await world.store().checkpoint(b, 1)]
        let here = 0
        const both = async () => {
          here += 1
          await until(async () => here === 2)
        }
        const take = (first: CheckpointId, second: CheckpointId, to: number) =>
          failure(
            world.store().transaction(async (it) => {
              await it.moveCheckpoint(first, first === a ? fromA : fromB, at(fromA, to), 2)
              await it.writeRows(first, counted(`deadlock-${to}`, 1))
              await both()
              await it.moveCheckpoint(second, second === a ? fromA : fromB, at(fromA, to), 2)
            }),
          )
        const errors = await Promise.all([take(a, b, 1), take(b, a, 2)])
        expect(errors.filter(isContention)).toHaveLength(1)
        expect(errors.filter((error) => error === null)).toHaveLength(1)
        const won = errors[0] === null ? 1 : 2
        for (const id of [a, b]) expect((await world.store().checkpoint(id, 1)).nextOffset).toBe(won)
        await until(async () => (await shown(a, `deadlock-${won}`)).sold === 1)
        expect((await shown(a, `deadlock-${3 - won}`)).sold).toBe(0)
      }),
    )

    it(
      'that was renewed is another to all who knew it; one that is raised never falls',
      run(async () => {
        const id = freshId()
        const store = world.store()
        const from = await store.checkpoint(id, 1)
        await store.transaction((it) => it.renewCheckpoint(id, 2))
        expect(await store.transaction((it) => it.moveCheckpoint(id, from, at(from, 1), 2))).toBe(false)
        expect(await store.checkpoint(id, 1)).toEqual({ ...from, epoch: 1 })
        const raised = freshId()
        for (const to of [5, 3]) await store.transaction((it) => it.raiseCheckpoint(raised, to, 2))
        expect((await store.checkpoint(raised, 1)).nextOffset).toBe(5)
      }),
    )

    it(
      'advanced by many at a time leads to as many rows as its offset says',
      run(async () => {
        const id = freshId()
        const show = `race-${ids}`
        const each = 8
        const writer = async () => {
          const store = world.store()
          for (let won = 0; won < each; ) {
            // Ended by the others, it tries again.
            const done = await advance(store, id, show).catch((error) => {
              if (isContention(error)) return false
              throw error
            })
            if (done) won += 1
          }
        }
        await Promise.all([writer(), writer(), writer()])
        await until(async () => (await shown(id, show)).offset === 3 * each)
        expect(await shown(id, show)).toEqual({ offset: 3 * each, sold: 3 * each })
        expect((await world.store().streamVersions(id, [show])).versions.get(show)).toBe(3 * each)
      }),
    )
  })

  describe('a connection that is lost', () => {
    it.each([
      ['before the commit reaches the server: nothing is done', false],
      ['after it, unheard: all is done', true],
    ])('%s', (_, committed) =>
      run(async () => {
        const id = freshId()
        const show = `lost-${ids}`
        const error = await failure(advance(world.breakingStore(committed), id, show))
        expect(isServerAway(error)).toBe(true)
        const now = await world.store().checkpoint(id, 1)
        expect(now.nextOffset).toBe(committed ? 1 : 0)
        // Its locks are free, and the next goes on from what is there.
        expect(await advance(world.store(), id, show)).toBe(true)
        const offset = committed ? 2 : 1
        await until(async () => (await shown(id, show)).offset === offset)
        expect((await shown(id, show)).sold).toBe(offset)
      })(),
    )

    it(
      'without a word does not keep its locks: the server ends the transaction that others wait for',
      run(async () => {
        const id = freshId()
        const show = `silent-${ids}`
        const store = world.store()
        const from = await store.checkpoint(id, 1)
        let wake = () => {}
        const silence = new Promise<void>((resolve) => {
          wake = resolve
        })
        let locked = false
        const silent = failure(
          world.impatientStore().transaction(async (it) => {
            await it.moveCheckpoint(id, from, at(from, 9), 2)
            await it.writeRows(id, counted(show, 9))
            locked = true
            await silence
            await it.saveStreamVersions(id, new Map([[show, 9]]))
          }),
        )
        await until(async () => locked)
        expect(await advance(store, id, show)).toBe(true)
        wake()
        expect(isServerAway(await silent)).toBe(true)
        await until(async () => (await shown(id, show)).offset === 1)
        expect((await shown(id, show)).sold).toBe(1)
      }),
    )

    it(
      'in the middle of a transaction undoes it; the store is there again',
      run(async () => {
        const id = freshId()
        const show = `cut-${ids}`
        const store = world.store()
        const error = await failure(advance(store, id, show, () => world.endConnections()))
        expect(isServerAway(error)).toBe(true)
        await until(async () => (await failure(store.checkpoint(id, 1))) === null)
        expect((await store.checkpoint(id, 1)).nextOffset).toBe(0)
        expect(await advance(store, id, show)).toBe(true)
        await until(async () => (await shown(id, show)).offset === 1)
        expect((await shown(id, show)).sold).toBe(1)
      }),
    )
  })

  describe('rows', () => {
    const write = (change: (rows: RowBatch) => void) => {
      const rows = new RowBatch()
      change(rows)
      return world.store().transaction((it) => it.writeRows(freshId(), rows))
    }
    const on = (table: { name: string; key: readonly string[] }, ...key: (string | number)[]) =>
      world.replica().snapshot(({ rows }) => world.readRow(rows)(table, ...key))

    it(
      'are put, changed, increased, summed and removed',
      run(async () => {
        await write((rows) => {
          rows.put(reservations, reservation('r1'))
          rows.put(reservations, reservation('r2'))
        })
        await write((rows) => {
          rows.update(reservations, { reservation_id: 'r1' }, { status: 'confirmed', confirmed_at: 9 })
          rows.add(reservations, { reservation_id: 'r1' }, { total_minor: -2 })
          rows.remove(reservations, { reservation_id: 'r2' })
        })
        await write((rows) => rows.accumulate(salesPerMinute, { show_id: 'r', minute: 7 }, { sold_places: 2 }))
        await write((rows) => rows.accumulate(salesPerMinute, { show_id: 'r', minute: 7 }, { sold_places: -3 }))
        await until(async () => (await on(salesPerMinute, 'r', 7))?.sold_places === -1)
        expect(await on(reservations, 'r1')).toMatchObject({ status: 'confirmed', confirmed_at: 9, total_minor: 3 })
        expect(await on(reservations, 'r2')).toBeNull()
      }),
    )

    it(
      'that are final stay as they are',
      run(async () => {
        const status = (outcome: string, answer_offset: number) => ({
          ...{ command_id: 'c1', outcome, reason: null, details: '[]', caller_id: null, subject: null },
          ...{ reservation_id: null, partition_no: 0, answer_offset, decided_at: answer_offset },
        })
        for (const row of [status('rejected', 1), status('accepted', 2), status('rejected', 3)])
          await write((rows) => rows.put(commandStatus, row))
        await write((rows) => rows.put(commandStatus, { ...status('rejected', 4), command_id: 'c2' }))
        await until(async () => (await on(commandStatus, 'c2')) !== null)
        expect(await on(commandStatus, 'c1')).toMatchObject({ outcome: 'accepted', answer_offset: 2 })
      }),
    )

    it(
      'that are not there, or do not fit, undo their transaction, and nobody takes the server to be the matter',
      run(async () => {
        const id = freshId()
        const store = world.store()
        const from = await store.checkpoint(id, 1)
        const attempt = (change: (rows: RowBatch) => void) => {
          const rows = counted(`refused-${ids}`, 1)
          change(rows)
          return failure(
            store.transaction(async (it) => {
              await it.moveCheckpoint(id, from, at(from, 1), 2)
              await it.writeRows(id, rows)
            }),
          )
        }
        const missing = await attempt((rows) =>
          rows.update(reservations, { reservation_id: 'nobody' }, { status: 'confirmed' }),
        )
        expect(missing).toBeInstanceOf(RowMissingError)
        expect(missing).toMatchObject({ table: tableName(reservations, 1), keys: [['nobody']] })
        const tooLong = await attempt((rows) => rows.put(reservations, reservation('r3', 'x'.repeat(65))))
        expect((tooLong as Error).message).toContain('customer_id')
        for (const error of [missing, tooLong]) expect(isContention(error) || isServerAway(error)).toBe(false)
        expect((await store.checkpoint(id, 1)).nextOffset).toBe(0)
        expect(await on(reservations, 'r3')).toBeNull()
      }),
    )
  })

  describe('what is parked', () => {
    const parked = (id: string, offset: number, first = false) => ({
      ...{ offset, claimId: 'c', stream: id, streamVersion: offset, name: 'n' },
      stop: first ? stopAt(offset) : null,
    })
    const tally = async (id: CheckpointId) =>
      (await world.store().parkedNow(topic)).find(({ projection }) => projection === id.projection)

    it(
      'is kept in the order of the log, taken out from its beginning, and asked for by nobody',
      run(async () => {
        const id = freshId()
        const store = world.store()
        await store.checkpoint(id, 1)
        await store.transaction((it) => it.park(id, [parked('s', 3, true), parked('s', 9), parked('s', 20)], 5))
        await store.transaction((it) => it.park(id, [parked('t', 21, true), parked('s', 100)], 5))
        expect(await store.parkedStreams(id)).toEqual(new Set(['s', 't']))
        const offsets = async (most: number) => (await store.parkedPlaces(id, 's', most)).map(({ offset }) => offset)
        expect(await offsets(9)).toEqual([3, 9, 20, 100])
        expect(await offsets(2)).toEqual([3, 9])
        expect(await tally(id)).toMatchObject({ events: 5, dropped: 0 })
        await store.transaction(async (it) => {
          expect(await it.isRedriveWanted(id, 's')).toBe(false)
          await it.unparkEvents(id, 's', 20)
          // Its own writes it sees, others do not.
          expect((await it.parkedPlaces(id, 's', 9)).map(({ offset }) => offset)).toEqual([20, 100])
          expect(await offsets(9)).toEqual([3, 9, 20, 100])
          await it.parkedFrom(id, 's', 20)
        })
        expect(await offsets(9)).toEqual([20, 100])
        await store.transaction(async (it) => {
          await it.unparkEvents(id, 't', 22)
          await it.unparkStream(id, 't')
          await it.parkAgain(id, 's', stopAt(20))
        })
        expect(await store.parkedStreams(id)).toEqual(new Set(['s']))
        expect((await tally(id))?.streams).toEqual([{ stream: 's', missing: 0, redriveWanted: false }])
      }),
    )

    it(
      'twice is an error of the stream, and nothing of the events',
      run(async () => {
        const id = freshId()
        const store = world.store()
        await store.transaction((it) => it.park(id, [parked('s', 3, true)], 5))
        await store.transaction((it) => it.park(id, [parked('s', 3)], 6))
        expect(await store.parkedPlaces(id, 's', 9)).toEqual([{ offset: 3, claimId: 'c' }])
        const error = await failure(store.transaction((it) => it.park(id, [parked('s', 4, true)], 5)))
        expect(error).toMatchObject({ errno: 1062 })
        expect(await store.parkedPlaces(id, 's', 9)).toHaveLength(1)
      }),
    )

    it(
      'a reader finds on the replica, with the checkpoint that it belongs to',
      run(async () => {
        const id = freshId()
        const store = world.store()
        const from = await store.checkpoint(id, 1)
        const model = { ...id, source: 'events' } as const
        await store.transaction(async (it) => {
          await it.moveCheckpoint(id, from, at(from, 10), 2)
          await it.park(id, [parked('of-reader', 4, true), parked('of-reader', 6)], 5)
        })
        const look = () =>
          world.replica().snapshot(async (snapshot) => ({
            shows: (await snapshot.checkpoints()).shows(model, { topic, partition: 0, offset: 9 }),
            states: await snapshot.streamStates([model], topic, ['of-reader', 'another']),
            four: await snapshot.isParked([model], { topic, partition: 0, offset: 4 }),
            five: await snapshot.isParked([model], { topic, partition: 0, offset: 5 }),
          }))
        await until(async () => {
          const { shows, states } = await look()
          expect(states.size).toBe(shows ? 1 : 0)
          return shows
        })
        expect(await look()).toEqual({
          shows: true,
          states: new Map([['of-reader', { parkedFrom: { topic, partition: 0, offset: 4 }, incomplete: false }]]),
          four: true,
          five: false,
        })
      }),
    )
  })

  describe('a transaction', () => {
    it(
      'sees between two statements what others have committed',
      run(async () => {
        const id = freshId()
        const [store, other] = [world.store(), world.store()]
        const versions = async (it: Pick<StoreTransaction, 'streamVersions'>) =>
          (await it.streamVersions(id, ['s'])).versions.get('s')
        const save = (version: number) => (it: StoreTransaction) => it.saveStreamVersions(id, new Map([['s', version]]))
        await other.transaction(save(1))
        await store.transaction(async (it) => {
          expect(await versions(it)).toBe(1)
          await other.transaction(save(2))
          expect(await versions(it)).toBe(2)
          await save(3)(it)
          expect([await versions(it), await versions(other)]).toEqual([3, 2])
        })
        expect(await versions(other)).toBe(3)
      }),
    )
  })

  describe('the replica', () => {
    it(
      'shows rows and checkpoint of one transaction together, also while many are committed',
      run(async () => {
        const id = freshId()
        const show = `whole-${ids}`
        const commits = 60
        const writing = (async () => {
          for (let n = 0; n < commits; n++) await advance(world.store(), id, show)
        })()
        const seen = new Set<number>()
        for (let last = 0; last < commits; ) {
          const { offset, sold } = await shown(id, show, () => world.pause())
          expect(sold).toBe(offset)
          expect(offset).toBeGreaterThanOrEqual(last)
          last = offset
          seen.add(offset)
        }
        await writing
        // Without states in between this would have shown nothing.
        expect(seen.size).toBeGreaterThan(2)
      }),
    )

    it(
      'in one snapshot shows one state, whatever it applies meanwhile',
      run(async () => {
        const id = freshId()
        const show = `still-${ids}`
        await advance(world.store(), id, show)
        await until(async () => (await shown(id, show)).offset === 1)
        const still = await shown(id, show, async () => {
          await advance(world.store(), id, show)
          await until(async () => (await shown(id, show)).offset === 2)
        })
        expect(still).toEqual({ offset: 1, sold: 1 })
      }),
    )

    it(
      'may be behind for as long as it likes, and then comes to all of it in order',
      run(async () => {
        const id = freshId()
        const show = `late-${ids}`
        const store = world.store()
        await advance(store, id, show)
        await until(async () => (await shown(id, show)).offset === 1)
        const letGo = await world.holdReplica()
        for (let n = 0; n < 5; n++) await advance(store, id, show)
        for (let n = 0; n < 5; n++) {
          await world.pause()
          expect(await shown(id, show)).toEqual({ offset: 1, sold: 1 })
        }
        expect((await store.checkpoint(id, 1)).nextOffset).toBe(6)
        await letGo()
        for (let last = 1; last < 6; ) {
          const { offset, sold } = await shown(id, show)
          expect(sold).toBe(offset)
          expect(offset).toBeGreaterThanOrEqual(last)
          last = offset
        }
      }),
    )
  })
}
