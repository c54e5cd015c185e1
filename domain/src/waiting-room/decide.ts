import { accepted, type Decision, rejected } from '../show/rejections.js'
import { about } from './about.js'
import { decideAdmit, decideDropAbsent } from './admit.js'
import type { EnterRoom, LeaveRoom, RoomCommand } from './commands.js'
import { lanes } from './commands.js'
import { active, away, isLive, isOver, left } from './entries.js'
import type { RoomEvent } from './events.js'
import type { Hashes } from './hashes.js'
import { decideRoom, decideScheduleRoom } from './room-life.js'
import { entryIdOf, evidenceMs, maxEntries, type RoomState } from './state.js'
import { decideReport } from './stock.js'

const customerIdPattern = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Decides a command. Pure: reads `state` (null before the room is scheduled), changes nothing. `now` is log time, UTC ms. What time
 * has caused is not seen here: apply `dueInRoom` first.
 */
export function decideInRoom(
  state: RoomState | null,
  command: RoomCommand,
  now: number,
  hashes: Hashes,
): Decision<RoomEvent> {
  if (command.type === 'ScheduleRoom') return decideScheduleRoom(state, command.data, now)
  if (!state) return rejected('room-not-found')
  switch (command.type) {
    case 'EnterRoom':
      return decideEnter(state, command.data, now)
    case 'LeaveRoom':
      return decideLeave(state, command.data, now)
    case 'AdmitVisitors':
      return decideAdmit(state, command.data, now)
    case 'DropAbsent':
      return decideDropAbsent(state, command.data, now)
    case 'ReportStock':
      return decideReport(state, command.data, now)
    default:
      return decideRoom(state, command, now, hashes)
  }
}

/** What time causes, `limit` events at most: the lobby opens, absences outlast their grace, admissions run out unused. */
export function dueInRoom(state: RoomState, now: number, limit: number): RoomEvent[] {
  const { showId } = state.scheduled
  if (state.phase === 'scheduled') {
    return state.settings.lobbyFrom <= now ? [{ type: 'LobbyOpened', data: { showId, openedAt: now } }] : []
  }
  const forfeited = state.phase === 'closed' ? [] : state.awayUntil.due(now, limit)
  const expired = state.unredeemed.due(now, limit - forfeited.length)
  return [
    ...forfeited.map(
      ({ entry }): RoomEvent => ({
        type: 'PlaceForfeited',
        data: { ...about(state, entry), forfeitedAt: now },
      }),
    ),
    ...expired.map(
      ({ entry }): RoomEvent => ({
        type: 'AdmissionExpired',
        data: { ...about(state, entry), reason: 'no-show', expiredAt: now },
      }),
    ),
  ]
}

function decideEnter(state: RoomState, command: EnterRoom, now: number): Decision<RoomEvent> {
  const { customerId } = command
  const { showId } = state.scheduled
  if (!customerIdPattern.test(customerId)) return rejected('customer-id-invalid')
  if (!(lanes as readonly string[]).includes(command.lane)) return rejected('lane-not-found', command.lane)
  if (state.closed) return rejected('room-closed', state.closed.reason)
  const known = state.entries.of(customerId)
  if (known >= 0 && !isOver(state.entries.status(known)))
    return accepted({ type: 'PlaceKept', data: { ...about(state, known), ...standing(state, known), keptAt: now } })
  if (state.phase === 'scheduled') return rejected('lobby-not-open', `${state.settings.lobbyFrom}`)
  if (state.paused?.stopped) return rejected('room-stopped', state.paused.reason)
  if (state.entries.size >= maxEntries) return rejected('room-full')
  return accepted({
    type: 'EntryJoined',
    data: {
      showId,
      entryId: entryIdOf(state, state.entries.size),
      customerId,
      lane: command.lane,
      place: state.phase === 'lobby' ? null : state.queue.next,
      joinedAt: now,
    },
  })
}

/** What the entry of a customer who comes again is. */
function standing(state: RoomState, entry: number): { status: string; expiresAt: number | null } {
  const status = state.entries.status(entry)
  if (isLive(status)) return { status: 'waiting', expiresAt: null }
  if (status === active) return { status: 'active', expiresAt: null }
  return { status: 'admitted', expiresAt: state.admissions.get(entry)!.expiresAt - evidenceMs }
}

function decideLeave(state: RoomState, { customerId }: LeaveRoom, now: number): Decision<RoomEvent> {
  const entry = state.entries.of(customerId)
  if (entry < 0) return rejected('entry-not-found')
  const status = state.entries.status(entry)
  if (status === away || status === left) return rejected('already-left')
  if (!isLive(status)) return rejected(isOver(status) ? 'entry-not-found' : 'already-admitted')
  if (state.closed) return rejected('room-closed', state.closed.reason)
  return accepted({
    type: 'EntryLeft',
    data: { ...about(state, entry), keptUntil: now + state.settings.graceMs, leftAt: now },
  })
}
