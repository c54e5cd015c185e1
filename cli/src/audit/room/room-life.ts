import type { ReportAt } from '../violation.js'
import type { RoomTerms } from './room-events.js'

const neverSet: RoomTerms = {
  ...{ lobbyFrom: 0, opensAt: 0, ratePerMinute: 0, slots: 0, admissionMs: 0, graceMs: 0, priorityPercent: 0 },
}

/** Whether a room lets people in, and on what terms. */
export class RoomLife {
  terms = neverSet
  phase: 'none' | 'scheduled' | 'lobby' | 'open' | 'closed' = 'none'
  paused: 'no' | 'paused' | 'stopped' = 'no'
  /** Places that the draw is to give, and has given. */
  due = 0
  drawn = 0

  constructor(private readonly report: ReportAt) {}

  /** Whether people can be admitted. */
  get admits(): boolean {
    return this.phase === 'open' && this.paused === 'no' && this.drawn >= this.due
  }

  schedule(terms: RoomTerms, offset: number): void {
    if (this.phase !== 'none') this.report('room-shut', offset, 'the room was scheduled a second time')
    this.terms = terms
    this.phase = 'scheduled'
  }

  openLobby(at: number, offset: number): void {
    if (this.phase !== 'scheduled') this.report('room-shut', offset, `the lobby opens, the room is ${this.phase}`)
    if (at < this.terms.lobbyFrom)
      this.report('room-shut', offset, `the lobby opens at ${at}, not before ${this.terms.lobbyFrom}`)
    this.phase = 'lobby'
  }

  holdDraw(entries: number, at: number, offset: number): void {
    if (this.phase !== 'lobby') this.report('room-shut', offset, `the draw is held, the room is ${this.phase}`)
    if (at < this.terms.opensAt)
      this.report('room-shut', offset, `opened at ${at}, which was not to be before ${this.terms.opensAt}`)
    this.phase = 'open'
    this.due = entries
  }

  pause(stopped: boolean): void {
    this.paused = stopped ? 'stopped' : 'paused'
  }

  resume(offset: number): void {
    if (this.paused === 'no') this.report('room-shut', offset, 'resumed, and was not paused')
    this.paused = 'no'
  }

  close(offset: number): void {
    if (this.phase === 'closed') this.report('room-shut', offset, 'closed a second time')
    this.phase = 'closed'
  }

  checkJoin(place: number | null, offset: number): void {
    const { phase, paused } = this
    if (phase !== 'lobby' && phase !== 'open') this.report('room-shut', offset, `joined while the room is ${phase}`)
    else if ((phase === 'lobby') !== (place === null))
      this.report('room-shut', offset, `joined at ${place ?? 'no place'} while the room is ${phase}`)
    if (paused === 'stopped') this.report('room-shut', offset, 'joined while the room is stopped')
  }

  checkAdmit(offset: number): void {
    if (this.admits) return
    const { phase, paused, drawn, due } = this
    const why = phase !== 'open' ? phase : paused !== 'no' ? paused : `drawing, ${drawn} of ${due} places given`
    this.report('room-shut', offset, `admitted while the room is ${why}`)
  }
}
