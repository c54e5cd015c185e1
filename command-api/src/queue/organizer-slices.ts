import type { Role } from '@onsale/platform/auth'
import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { roomSlice } from '../slice/room-slice.js'
import { atResponse, changeRoomRequest, nothing, pauseRoomRequest, reasonRequest, settingsOf } from './requests.js'

const roles: Role[] = ['organizer', 'operator', 'admin']
const forWhom = 'For the roles organizer, operator and admin.'

export const openRoom = roomSlice({
  ...{ command: recordName.OpenRoom, accepting: recordName.DrawHeld, path: 'open', operationId: 'openRoom', roles },
  ...{ request: nothing, response: atResponse },
  data: (_, { showId, keys }) => ({ seed: keys.seedOf(showId) }),
  body: ({ heldAt }) => ({ at: isoTime(heldAt) }),
  summary: 'Open a waiting room',
  description: `Reveals the seed: everyone in the lobby gets a place by the draw, who comes later queues behind. ${forWhom} Refused: \`room-not-found\` 404; \`opening-not-due\`, \`room-already-open\`, \`room-closed\` 409.`,
  done: 'Open',
})

export const pauseRoom = roomSlice({
  ...{
    command: recordName.PauseRoom,
    accepting: recordName.RoomPaused,
    path: 'pause',
    operationId: 'pauseRoom',
    roles,
  },
  ...{ request: pauseRoomRequest, response: atResponse },
  data: (request) => request,
  body: ({ pausedAt }) => ({ at: isoTime(pausedAt) }),
  summary: 'Pause admissions, or stop the room',
  description: `Nobody is admitted until the room is resumed; with \`stop\` nobody is let into the queue either. ${forWhom} Refused: \`room-not-found\` 404; \`room-already-paused\`, \`room-closed\` 409.`,
  done: 'Paused',
})

export const resumeRoom = roomSlice({
  ...{
    command: recordName.ResumeRoom,
    accepting: recordName.RoomResumed,
    path: 'resume',
    operationId: 'resumeRoom',
    roles,
  },
  ...{ request: nothing, response: atResponse },
  data: () => ({}),
  body: ({ resumedAt }) => ({ at: isoTime(resumedAt) }),
  summary: 'Resume admissions',
  description: `${forWhom} Refused: \`room-not-found\` 404; \`room-not-paused\`, \`room-closed\` 409.`,
  done: 'Resumed',
})

export const closeRoom = roomSlice({
  ...{
    command: recordName.CloseRoom,
    accepting: recordName.RoomClosed,
    path: 'close',
    operationId: 'closeRoom',
    roles,
  },
  ...{ request: reasonRequest, response: atResponse },
  data: (request) => request,
  body: ({ closedAt }) => ({ at: isoTime(closedAt) }),
  summary: 'Close a waiting room',
  description: `For good. Admissions that are open go on to their end; the show is still sold to the admitted alone, until that is lifted. ${forWhom} Refused: \`room-not-found\` 404; \`room-closed\` 409.`,
  done: 'Closed',
})

export const changeRoom = roomSlice({
  ...{
    command: recordName.ChangeRoom,
    accepting: recordName.RoomChanged,
    path: 'settings',
    operationId: 'changeRoom',
    roles,
  },
  ...{ request: changeRoomRequest, response: atResponse },
  data: ({ reason, ...settings }) => ({ ...settingsOf(settings), reason }),
  body: ({ changedAt }) => ({ at: isoTime(changedAt) }),
  summary: 'Change rate, slots and times of a waiting room',
  description: `All of the settings, in force at once. ${forWhom} Refused: \`room-not-found\` 404; \`room-settings-invalid\` 422; \`room-closed\` 409.`,
  done: 'Changed',
})
