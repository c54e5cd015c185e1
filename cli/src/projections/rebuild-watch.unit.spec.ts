import { describe, expect, it } from '@jest/globals'
import type { VersionStatus } from './projection-desk.js'
import { asText, RebuildWatch } from './rebuild-watch.js'

const status = (passed: number, more: Partial<VersionStatus> = {}): VersionStatus => ({
  ...{ projection: 'seats', version: 2, revision: 1, state: 'building', serving: false, rollbackTarget: false },
  ...{ paused: false, throttle: null, createdAt: 0, createdBy: 'ops', endedAt: null, servingSince: null },
  ...{ worker: 'w', term: 1, silentMs: 100, slowedMs: 0, parkedStreams: 0, parkedEvents: 0, missing: 0 },
  progress: { partitions: [], passed, total: 1_000, lag: 1_000 - passed },
  ...more,
})

describe('the progress of a rebuild', () => {
  it('says rate and time left from what it saw in the last seconds', () => {
    const watch = new RebuildWatch()
    expect(watch.line(status(0), 0)).toMatchObject({ rate: null, etaSeconds: null, state: 'building' })
    expect(watch.line(status(100), 1_000)).toMatchObject({ rate: 100, etaSeconds: 9 })
    for (let second = 2; second <= 10; second += 1) watch.line(status(100), second * 1_000)
    expect(watch.line(status(100), 11_000)).toMatchObject({ rate: 0, etaSeconds: null })
    expect(watch.line(status(1_000), 12_000)).toMatchObject({ state: 'caught-up', etaSeconds: 0, lag: 0 })
  })

  it('has caught up when it has all that was in the log a look ago: while a sale runs something has always just come', () => {
    const watch = new RebuildWatch()
    const look = (passed: number, total: number, now: number) =>
      watch.line(status(passed, { progress: { partitions: [], passed, total, lag: total - passed } }), now).state
    expect(look(900, 1_000, 0)).toBe('building')
    expect(look(990, 1_040, 500)).toBe('building')
    expect(look(1_041, 1_080, 1_000)).toBe('caught-up')
  })

  it.each([
    [{ paused: true }, 'paused'],
    [{ worker: null }, 'waiting'],
    [{ silentMs: 60_000 }, 'waiting'],
    [{ serving: true, state: 'live' as const }, 'serving'],
    [{ state: 'dropping' as const }, 'dropping'],
  ])('%j is %s', (more, state) => {
    expect(new RebuildWatch().line(status(5, more), 0).state).toBe(state)
  })

  it('reads in one line, with what slows it', () => {
    const watch = new RebuildWatch()
    watch.line(status(0), 0)
    const line = watch.line(status(500, { throttle: 250, slowedMs: 40, parkedStreams: 1 }), 2_000)
    expect(asText(line)).toBe(
      'seats v2 building: 50 %, 500 of 1000 records, 250/s, eta 2 s, lag 500, throttled to 250/s, slowed: live projections are behind, 1 streams parked',
    )
  })

  it('says that nothing is applied, after 15 s in which there was something to apply, and where to look', () => {
    const watch = new RebuildWatch()
    watch.line(status(10), 0)
    expect(asText(watch.line(status(10), 14_900))).not.toContain('nothing applied')
    expect(asText(watch.line(status(10), 15_000))).toContain('nothing applied for 15 s (./onsale doctor')
    // Whoever builds may be kept waiting by a server, and not say so.
    expect(asText(watch.line(status(10, { silentMs: 20_000 }), 15_100))).toContain('v2 waiting: 1 %, 10 of 1000')
    expect(asText(watch.line(status(10, { silentMs: 20_000 }), 15_100))).toContain('nothing applied for 15 s')
    expect(asText(watch.line(status(10, { paused: true }), 30_000))).not.toContain('nothing applied')
    expect(watch.line(status(11), 31_000).stillSeconds).toBe(0)
    expect(watch.line(status(1_000), 90_000).stillSeconds).toBe(0)
  })
})
