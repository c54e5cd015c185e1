import { accepted, type Decision, rejected } from '../show/rejections.js'
import type { ChangeRoom, OpenRoom, RoomCommand, ScheduleRoom } from './commands.js'
import type { RoomEvent } from './events.js'
import type { Hashes } from './hashes.js'
import { wrongSchedule, wrongSettings } from './settings.js'
import type { RoomState } from './state.js'

type LifeCommand = Extract<
  RoomCommand,
  { type: 'OpenRoom' | 'PauseRoom' | 'ResumeRoom' | 'CloseRoom' | 'ChangeRoom' | 'ClaimTerm' }
>

export function decideScheduleRoom(state: RoomState | null, room: ScheduleRoom, now: number): Decision<RoomEvent> {
  if (state) return rejected('room-already-scheduled')
  const wrong = wrongSchedule(room)
  if (wrong.length > 0) return rejected('room-settings-invalid', ...wrong)
  return accepted({ type: 'RoomScheduled', data: { ...room, scheduledAt: now } })
}

export function decideRoom(state: RoomState, command: LifeCommand, now: number, hashes: Hashes): Decision<RoomEvent> {
  const { showId } = state.scheduled
  if (state.closed) return rejected('room-closed', state.closed.reason)
  switch (command.type) {
    case 'OpenRoom':
      return decideOpen(state, command.data, now, hashes)
    case 'PauseRoom': {
      const { reason, stop } = command.data
      // A pause may become an emergency stop, not the other way: that takes a resume.
      if (state.paused && (state.paused.stopped || !stop)) return rejected('room-already-paused', state.paused.reason)
      return accepted({ type: 'RoomPaused', data: { showId, reason, stopped: stop, pausedAt: now } })
    }
    case 'ResumeRoom':
      if (!state.paused) return rejected('room-not-paused')
      return accepted({ type: 'RoomResumed', data: { showId, resumedAt: now } })
    case 'CloseRoom': {
      const { reason } = command.data
      const waiting = state.entries.live
      return accepted({ type: 'RoomClosed', data: { showId, reason, waiting, closedAt: now } })
    }
    case 'ChangeRoom':
      return decideChangeRoom(command.data, now)
    case 'ClaimTerm': {
      const { controllerId } = command.data
      return accepted({ type: 'TermClaimed', data: { showId, term: state.term + 1, controllerId, claimedAt: now } })
    }
    default: {
      const unknown: never = command
      throw new Error(`no decision for ${(unknown as RoomCommand).type}`)
    }
  }
}

function decideOpen(state: RoomState, { seed }: OpenRoom, now: number, hashes: Hashes): Decision<RoomEvent> {
  const { showId, commitment } = state.scheduled
  if (state.drawHeld) return rejected('room-already-open')
  if (now < state.settings.opensAt) return rejected('opening-not-due', `${state.settings.opensAt}`)
  if (hashes.sha256(seed) !== commitment) return rejected('seed-mismatch')
  const { lobbyDigest, entries } = state
  return accepted({ type: 'DrawHeld', data: { showId, seed, lobbyDigest, entries: entries.live, heldAt: now } })
}

function decideChangeRoom(change: ChangeRoom, now: number): Decision<RoomEvent> {
  const wrong = wrongSettings(change)
  if (wrong.length > 0) return rejected('room-settings-invalid', ...wrong)
  return accepted({ type: 'RoomChanged', data: { ...change, changedAt: now } })
}
