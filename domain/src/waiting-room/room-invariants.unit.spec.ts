import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PartitionRestore } from '../partition/restore.js'
import type { SnapshotPart } from '../partition/snapshot.js'
import { SnapshotError } from '../show/snapshot-show.js'
import type { RoomDesk } from '../testing/room-desk.js'
import { playRoom, roomRuns } from '../testing/room-runs.js'
import { aheadOf, entryNumber } from './state.js'

/** What comes back of a part that was stored. */
const stored = (part: SnapshotPart): SnapshotPart =>
  'words' in part ? { ...part, words: part.words.slice() } : (JSON.parse(JSON.stringify(part)) as SnapshotPart)

function restored(desk: RoomDesk, parts: Iterable<SnapshotPart>) {
  const restore = new PartitionRestore(desk.options)
  for (const part of parts) restore.take(stored(part))
  return restore.finish()
}

describe('whatever happens to a room', () => {
  test('its ledger holds at every event: places, order, rate, slots, stock, terms, redemptions, shares', () => {
    // The ledger of the desk throws at the first promise that is broken.
    let admissions = 0
    let redemptions = 0
    fc.assert(
      fc.property(roomRuns, (run) => {
        const { events } = playRoom(run)
        admissions += events.filter(({ type }) => type === 'AdmissionGranted').length
        redemptions += events.filter(({ type }) => type === 'AdmissionRedeemed').length
      }),
      { numRuns: 300 },
    )
    expect(admissions).toBeGreaterThan(500)
    expect(redemptions).toBeGreaterThan(100)
  })

  test('how many wait ahead is what the ledger counts', () => {
    fc.assert(
      fc.property(roomRuns, (run) => {
        const { room, ledger } = playRoom(run)
        const waiting = ledger.waiting
        expect(waiting.map(({ id }) => aheadOf(room, entryNumber(room, id)))).toEqual([...waiting.keys()])
      }),
    )
  })

  test('a snapshot that lacks a part, or has one twice, is not restored', () => {
    fc.assert(
      fc.property(roomRuns, fc.nat(), fc.boolean(), (run, which, twice) => {
        const desk = playRoom(run)
        const parts = [...desk.partition.snapshot()]
        const at = which % parts.length
        parts.splice(at, twice ? 0 : 1, ...(twice ? [parts[at]!] : []))
        expect(() => restored(desk, parts)).toThrow(SnapshotError)
      }),
    )
  })

  test('the state that decided is the one folded, from the beginning or from a snapshot anywhere', () => {
    fc.assert(
      fc.property(roomRuns, fc.nat(), (run, cut) => {
        const desk = playRoom(run)
        const { journal, partition } = desk
        expect(desk.standby().describe()).toEqual(partition.describe())
        const at = 1 + (cut % journal.length)
        const half = desk.standby(journal.slice(0, at))
        const other = restored(desk, half.snapshot())
        expect(other.describe()).toEqual(half.describe())
        expect(other.nextDeadline()).toBe(half.nextDeadline())
        for (const record of journal.slice(at)) other.fold(record)
        expect(other.describe()).toEqual(partition.describe())
        expect(other.tick(desk.now + 60_000, 100)).toEqual(partition.tick(desk.now + 60_000, 100))
      }),
    )
  })
})
