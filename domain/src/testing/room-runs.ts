import fc from 'fast-check'
import type { AdmissionChange } from '../waiting-room/commands.js'
import type { RoomEvent } from '../waiting-room/events.js'
import { RoomDesk, roomId, roomTerms, seed } from './room-desk.js'

const customer = fc.nat(11).map((n) => `c${n}`)
const settings = fc.record({
  ratePerMinute: fc.constantFrom(3, 60, 90, 240),
  slots: fc.integer({ min: 1, max: 6 }),
  admissionMs: fc.constantFrom(1_000, 8_000),
  graceMs: fc.constantFrom(1_000, 30_000),
  priorityPercent: fc.constantFrom(0, 25, 50),
})

const step = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('enter' as const),
      customer,
      lane: fc.constantFrom('standard', 'priority'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('leave' as const), customer }) },
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      /** Behind the term in force: a controller that does not know that it was replaced. */
      behind: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1, 2) }),
      most: fc.constantFrom(1, 3, 100),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'claim' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'open' as const }) },
  /** In the show: who is admitted takes places (or tries once more, or too late), and what becomes of them. */
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('hold' as const),
      which: fc.nat(),
      places: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('change' as const), which: fc.nat(), places: fc.constantFrom(1, 4) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(), bought: fc.boolean() }) },
  { weight: 10, arbitrary: fc.constant({ kind: 'report' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('absent' as const),
      entry: fc.nat(20),
      ago: fc.constantFrom(0, 1_000, 40_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause' as const), stop: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'resume' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settings' as const), settings }) },
  {
    weight: 18,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 300, 999, 1_000, 9_000) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tick' as const), limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'draw-on' as const }) },
)
/** Whatever may happen to a waiting room and its show. */
export const roomRuns = fc.record({
  /** In the lobby from the beginning; null: the room opens in the run, if at all. */
  lobby: fc.option(fc.nat(9), { freq: 3 }),
  settings,
  steps: fc.array(step, { maxLength: 150, size: 'max' }),
})
type Runs = typeof roomRuns extends fc.Arbitrary<infer R> ? R : never

const perCustomer = 4

/** A show as the room sees it: takes an admission once, in its time, while places are free; tells the room later. */
class Hall {
  free = 12
  readonly holds = new Map<string, number>()
  private readonly redeemed = new Set<string>()
  private untold: AdmissionChange[] = []

  hold(entryId: string, expiresAt: number, places: number, now: number): void {
    if (this.redeemed.has(entryId) || now >= expiresAt || places > this.free) return
    this.redeemed.add(entryId)
    this.set(entryId, places)
  }

  set(entryId: string, places: number): void {
    const before = this.holds.get(entryId) ?? 0
    if (places - before > this.free) return
    this.free -= places - before
    this.holds.set(entryId, places)
    this.untold.push({ entryId, reservation: 'held', places })
  }

  end(entryId: string, bought: boolean): void {
    const places = this.holds.get(entryId)!
    this.holds.delete(entryId)
    if (!bought) this.free += places
    this.untold.push({ entryId, reservation: bought ? 'confirmed' : 'ended', places })
  }

  tell(): AdmissionChange[] {
    const told = this.untold
    this.untold = []
    return told
  }
}

export function playRoom({ lobby, settings: terms, steps }: Runs, desk = new RoomDesk()): RoomDesk {
  const hall = new Hall()
  desk.schedule({ ...terms, opensAt: roomTerms.opensAt })
  desk.tick()
  for (let n = 0; n < (lobby ?? 0); n++) desk.enter(`c${n}`, n % 3 === 0 ? 'priority' : 'standard')
  if (lobby !== null) desk.opened(hall.free, perCustomer)
  const one = <T>(all: readonly T[], which: number): T | undefined => all[which % Math.max(1, all.length)]
  for (const step of steps) {
    switch (step.kind) {
      case 'enter':
        desk.enter(step.customer, step.lane)
        break
      case 'leave':
        desk.leave(step.customer)
        break
      case 'admit':
        desk.admit(step.most, desk.room.term - step.behind)
        break
      case 'claim':
        desk.claim()
        break
      case 'open':
        desk.ask({ type: 'OpenRoom', data: { showId: roomId, seed } })
        break
      case 'hold': {
        const granted = one(desk.events.filter(isGrant), step.which)
        if (granted) hall.hold(granted.data.entryId, granted.data.expiresAt, step.places, desk.now)
        break
      }
      case 'change': {
        const entryId = one([...hall.holds.keys()], step.which)
        if (entryId) hall.set(entryId, step.places)
        break
      }
      case 'end': {
        const entryId = one([...hall.holds.keys()], step.which)
        if (entryId) hall.end(entryId, step.bought)
        break
      }
      case 'report':
        desk.report(hall.free, hall.tell(), perCustomer)
        break
      case 'absent': {
        const entries = [{ entryId: `${roomId}.${step.entry}`, lastSeenAt: desk.now - step.ago }]
        desk.ask({ type: 'DropAbsent', data: { showId: roomId, term: desk.room.term, entries } })
        break
      }
      case 'pause':
        desk.ask({ type: 'PauseRoom', data: { showId: roomId, reason: 'technical', stop: step.stop } })
        break
      case 'resume':
        desk.ask({ type: 'ResumeRoom', data: { showId: roomId } })
        break
      case 'settings': {
        const { lobbyFrom, opensAt } = desk.room.settings
        const data = { showId: roomId, ...step.settings, lobbyFrom, opensAt, reason: 'calm' }
        desk.ask({ type: 'ChangeRoom', data })
        break
      }
      case 'wait':
        desk.now += step.ms
        break
      case 'tick':
        desk.tick(step.limit)
        break
      case 'draw-on':
        desk.drawOn()
        break
    }
  }
  return desk
}

const isGrant = (event: RoomEvent): event is Extract<RoomEvent, { type: 'AdmissionGranted' }> =>
  event.type === 'AdmissionGranted'
