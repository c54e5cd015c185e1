import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { roomSlice } from '../slice/room-slice.js'
import { enterRequest, enterResponse, leaveResponse, nothing } from './requests.js'

export const enterRoom = roomSlice({
  command: recordName.EnterRoom,
  accepting: [recordName.EntryJoined, recordName.PlaceKept],
  path: 'enter',
  operationId: 'enterRoom',
  request: enterRequest,
  response: enterResponse,
  refused: [403],
  data: ({ pass }, { showId, caller, keys }) => {
    if (pass !== undefined) keys.readPass(showId, caller.id, pass)
    return { customerId: caller.id, lane: pass === undefined ? 'standard' : 'priority' }
  },
  body: (event, { showId, caller, keys }) => {
    const { entryId } = event
    if ('joinedAt' in event) {
      return { entryId, status: 'waiting' as const, place: event.place, admission: null, admissionExpiresAt: null }
    }
    const { expiresAt } = event
    const admission = expiresAt === null ? null : keys.admissionToken(showId, caller.id, { entryId, expiresAt })
    const status = event.status as 'waiting' | 'admitted' | 'active'
    return {
      entryId,
      status,
      place: null,
      admission,
      admissionExpiresAt: expiresAt === null ? null : isoTime(expiresAt),
    }
  },
  summary: 'Take a place in the waiting room',
  description:
    'One place for each customer, on any number of devices: who has one keeps it, and is told what has become of it; who is admitted is given the token to reserve with. Who enters with a `pass` waits in the priority lane; a place that one has stays in its lane. Refused: `pass-invalid` 403; `room-not-found` 404; `lobby-not-open`, `room-stopped`, `room-closed`, `room-full` 409.',
  done: 'In the room',
})

export const leaveRoom = roomSlice({
  command: recordName.LeaveRoom,
  accepting: recordName.EntryLeft,
  path: 'leave',
  operationId: 'leaveRoom',
  request: nothing,
  response: leaveResponse,
  data: (_, { caller }) => ({ customerId: caller.id }),
  body: ({ entryId, keptUntil }) => ({ entryId, keptUntil: isoTime(keptUntil) }),
  summary: 'Leave the waiting room',
  description:
    'The place is kept for the grace period of the room. Refused: `room-not-found`, `entry-not-found` 404; `already-left`, `already-admitted`, `room-closed` 409.',
  done: 'Left',
})
