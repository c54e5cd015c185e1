import { describe, expect, it } from '@jest/globals'
import type { SeatStatusBody } from '../show-seats/response.js'
import { changesBetween } from './seat-changes.js'
import { SeatFeed } from './seat-feed.js'
import { SseClient } from './sse-client.js'

const area = (free: number) => ({ id: 'F', name: 'Floor', category: 'B', capacity: 10, free, held: 10 - free, sold: 0 })
const body = (version: number, status: string, free = 10, planHash = 'p'): SeatStatusBody => ({
  ...{ showId: 's', planHash, version, status },
  areas: [area(free)],
})

/** A connection whose reader may sleep. */
function connection() {
  const it = { writableLength: 0, text: '', ended: false }
  const client = new SseClient({
    get writableLength() {
      return it.writableLength
    },
    write(text) {
      it.text += text
      return true
    },
    end() {
      it.ended = true
    },
  })
  /** What has come since it was asked last: [event, id, data] */
  const heard = () => {
    const events = [...it.text.matchAll(/id: (.*)\nevent: (.*)\ndata: (.*)\n\n/g)].map(([, id, event, data]) => [
      event,
      id,
      JSON.parse(data as string),
    ])
    it.text = ''
    return events
  }
  const named = () => heard().map(([event, id]) => [event, id])
  return { it, client, heard, named }
}

describe('what changes between two versions', () => {
  it('are seats and areas that are not as before', () => {
    expect(changesBetween(body(1, 'fffh'), body(4, 'fsff', 7))).toEqual({
      version: 4,
      seats: [
        [1, 's'],
        [3, 'f'],
      ],
      areas: [area(7)],
    })
  })

  it('cannot be said of another plan', () => {
    expect(changesBetween(body(1, 'ff'), body(2, 'ff', 10, 'q'))).toBeNull()
    expect(changesBetween(body(1, 'ff'), body(2, 'fff'))).toBeNull()
  })
})

describe('a feed', () => {
  it('sends all of the seats once, then what changes, to everybody', () => {
    const feed = new SeatFeed()
    const [a, b] = [connection(), connection()]
    feed.add(a.client, null)
    expect(a.heard()).toEqual([])
    feed.now('1', body(1, 'ff'))
    expect(a.heard()).toEqual([['seats', '1-1', body(1, 'ff')]])
    feed.add(b.client, null)
    expect(b.heard()).toEqual([['seats', '1-1', body(1, 'ff')]])
    feed.now('1', body(3, 'fh'))
    const change = ['changes', '1-3', { version: 3, seats: [[1, 'h']], areas: [] }]
    expect([a.heard(), b.heard()]).toEqual([[change], [change]])
    feed.now('1', body(2, 'ff'))
    feed.remove(b.client)
    feed.now('1', body(4, 'ff'))
    expect([a.heard().length, b.heard().length]).toEqual([1, 0])
  })

  it('goes on for who comes back from where he was; who missed too much is sent all of the seats', () => {
    const feed = new SeatFeed()
    for (let version = 1; version <= 300; version += 1) feed.now('1', body(version, version % 2 ? 'fh' : 'ff'))
    const [at, late, up, strange] = [connection(), connection(), connection(), connection()]
    feed.add(at.client, '1-298')
    expect(at.named()).toEqual([
      ['changes', '1-299'],
      ['changes', '1-300'],
    ])
    feed.add(late.client, '1-2')
    expect(late.named()).toEqual([['seats', '1-300']])
    feed.add(up.client, '1-300')
    expect(up.heard()).toEqual([])
    feed.add(strange.client, '7-300')
    expect(strange.named()).toEqual([['seats', '1-300']])
  })

  it('goes on where another read model shows the seats, never back; sends all of them where they are of another plan', () => {
    const feed = new SeatFeed()
    const one = connection()
    feed.now('r1', body(5, 'ff'))
    feed.add(one.client, 'r1-5')
    feed.now('1', body(3, 'hh'))
    feed.now('1', body(5, 'ff'))
    feed.now('1', body(6, 'fh'))
    feed.now('r1', body(7, 'sh'))
    feed.now('2', body(7, 'wh'))
    feed.now('2', body(8, 'fff', 10, 'q'))
    expect(one.named()).toEqual([
      ['changes', '1-6'],
      ['changes', 'r1-7'],
      ['changes', '2-7'],
      ['seats', '2-8'],
    ])
  })

  it('piles nothing up for who does not read: he misses changes, and is then sent all of the seats', () => {
    const feed = new SeatFeed()
    const slow = connection()
    feed.now('1', body(1, 'ff'))
    feed.add(slow.client, '1-1')
    slow.it.writableLength = 1_000_000
    for (let version = 2; version < 50; version += 1) feed.now('1', body(version, version % 2 ? 'fh' : 'ff'))
    feed.beat()
    expect(slow.it.text).toBe('')
    slow.it.writableLength = 0
    feed.now('1', body(50, 'hh'))
    expect(slow.heard()).toEqual([['seats', '1-50', body(50, 'hh')]])
    feed.now('1', body(51, 'hs'))
    expect(slow.named()).toEqual([['changes', '1-51']])
  })

  it('says now and then that it is still here, and ends all when it ends', () => {
    const feed = new SeatFeed()
    const one = connection()
    feed.add(one.client, null)
    feed.beat()
    expect(one.it.text).toBe(': still here\n\n')
    feed.end()
    expect([one.it.ended, feed.listeners]).toEqual([true, 0])
  })
})
