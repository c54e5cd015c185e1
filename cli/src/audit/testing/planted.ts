import type { Invariant } from '../violation.js'
import { holdMs, type LogScript } from './log-script.js'
import { plantedLife } from './planted-life.js'
import { plantedRoom } from './planted-room.js'
import type { RoomScript } from './room-script.js'

export interface Planted {
  title: string
  /** Null: nothing is wrong with it. */
  invariant: Invariant | null
  /** What else it cannot help being. */
  also?: Invariant[]
  /** Into the journal of the show, and into that of its waiting room. */
  plant(script: LogScript, room: RoomScript): void
}

const opened = (script: LogScript) => script.claim(`claim-${script.partition}-1`).schedule()

/** One mistake of the log each, and what the audit must call it; and logs with nothing wrong that look suspicious. */
export const planted: Planted[] = [
  ...plantedLife,
  ...plantedRoom,
  {
    title: 'a whole life: held, sold, released, expired, cancelled, held anew, repeated, refused',
    invariant: null,
    plant: (script) => {
      opened(script)
        .hold('a', 'alice', ['A-1', 'A-2'], 1, {}, { 'command-id': `key-${script.partition}` })
        .repeat(2, `key-${script.partition}`)
        .hold('b', 'bob', ['A-3'])
        .reject('seat-taken')
        .confirm('a', 'alice', ['A-1', 'A-2'], 1)
        .release('b', 'bob', ['A-3'])
        .hold('c', 'carol', ['A-3'], 2)
        .wait(holdMs)
        .expire('c', 'carol', ['A-3'], 2)
        .hold('d', 'dave', ['A-3'])
        .cancel('a', 'alice', ['A-1', 'A-2'], true, 1)
    },
  },
  {
    title: 'a stale owner sells what is sold: nothing of it counts',
    invariant: null,
    plant: (script) => {
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .claim(`claim-${script.partition}-2`)
        .as(`claim-${script.partition}-1`, (stale) => stale.write('onsale.reservation.events.SeatsHeld', {}))
        .confirm('a', 'alice', ['A-1'])
    },
  },
  {
    title: 'more places than the area has',
    invariant: 'oversold',
    plant: (script) => opened(script).hold('a', 'alice', [], 2).hold('b', 'bob', [], 2),
  },
  {
    title: 'more places than the hall has',
    invariant: 'oversold',
    also: ['unknown-seat'],
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1', 'A-2', 'A-3', 'A-4'])
        .hold('b', 'bob', [], 3)
        .hold('c', 'carol', ['A-9']),
  },
  {
    title: 'a seat held twice',
    invariant: 'seat-two-owners',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1']).hold('b', 'bob', ['A-1']),
  },
  {
    title: 'a seat that is not in the plan',
    invariant: 'unknown-seat',
    plant: (script) => opened(script).hold('a', 'alice', ['Z-9']),
  },
  {
    title: 'a fifth place where four are allowed',
    invariant: 'customer-limit',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1', 'A-2', 'A-3']).hold('b', 'alice', [], 2),
  },
  {
    title: 'a total that is not the sum',
    invariant: 'total-wrong',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1'], 0, { totalMinor: 1 }),
  },
  {
    title: "a price that is not the show's",
    invariant: 'total-wrong',
    plant: (script) =>
      opened(script).hold('a', 'alice', [], 0, {
        seats: [{ seat: 'A-1', category: 'seat', priceMinor: 900 }],
        totalMinor: 900,
      }),
  },
  {
    title: 'sold for less than held',
    invariant: 'total-wrong',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1']).confirm('a', 'alice', ['A-1'], 0, { totalMinor: 999 }),
  },
  {
    title: 'a hold that expires a millisecond early',
    invariant: 'expired-early',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .wait(holdMs - 1)
        .expire('a', 'alice', ['A-1']),
  },
  {
    title: 'an expired hold is sold',
    invariant: 'confirmed-after-end',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .wait(holdMs)
        .expire('a', 'alice', ['A-1'])
        .confirm('a', 'alice', ['A-1']),
  },
  {
    title: 'a released hold is sold',
    invariant: 'confirmed-after-end',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1']).release('a', 'alice', ['A-1']).confirm('a', 'alice', ['A-1']),
  },
  {
    title: 'a cancelled reservation is sold',
    invariant: 'confirmed-after-end',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1']).cancel('a', 'alice', ['A-1'], false).confirm('a', 'alice', ['A-1']),
  },
  {
    title: 'a hold is sold at the moment it ends',
    invariant: 'confirmed-after-end',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1']).wait(holdMs).confirm('a', 'alice', ['A-1']),
  },
  {
    title: 'a sale of other seats than were held',
    invariant: 'transition-wrong',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1']).confirm('a', 'alice', ['A-2']),
  },
  {
    title: 'a hold before sales open',
    invariant: 'outside-sales',
    plant: (script) => {
      script.claim(`claim-${script.partition}-1`)
      script.schedule({ salesFrom: script.now + 1 }).hold('a', 'alice', ['A-1'])
    },
  },
  {
    title: 'a capacity that the plan does not have',
    invariant: 'plan-wrong',
    plant: (script) => script.claim(`claim-${script.partition}-1`).schedule({ capacity: 8 }),
  },
  {
    title: 'a command that was passed over',
    invariant: 'command-not-decided',
    plant: (script) => {
      opened(script).ask('nobody-answers')
      script.hold('a', 'alice', ['A-1'])
    },
  },
  {
    title: 'a command answered a second time',
    invariant: 'command-decided-twice',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .write('onsale.journal.CommandRejected', rejectedData(script), {
          'command-offset': '1',
          'command-records': '1',
          'causation-id': script.commands[1]?.ce_id ?? '',
        }),
  },
  {
    title: 'an answer to a command that nobody sent',
    invariant: 'command-unknown',
    plant: (script) =>
      opened(script).write('onsale.journal.CommandRejected', rejectedData(script), {
        'command-offset': '1',
        'command-records': '1',
      }),
  },
  {
    title: 'an answer to another command than the one at its offset',
    invariant: 'command-unknown',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1'], 0, {}, { 'causation-id': 'another' }),
  },
  {
    title: 'a hold that no command asked for',
    invariant: 'command-unknown',
    plant: (script) => {
      opened(script).hold('a', 'alice', ['A-1'])
      script.commands.pop()
      const { headers } = script.records.at(-1) as { headers: Record<string, string> }
      delete headers['command-offset']
      delete headers['command-records']
    },
  },
  {
    title: 'an answer whose second record is missing',
    invariant: 'answer-torn',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1'], 0, {}, { 'command-records': '2' }).hold('b', 'bob', ['A-2']),
  },
  {
    title: 'one command id accepted twice',
    invariant: 'answered-twice',
    plant: (script) => {
      const key = { 'command-id': `key-${script.partition}` }
      opened(script).hold('a', 'alice', ['A-1'], 0, {}, key).hold('b', 'alice', ['A-2'], 0, {}, key)
    },
  },
  {
    title: "a repetition that points at someone else's answer",
    invariant: 'answered-twice',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1']).repeat(2, `key-${script.partition}`),
  },
  {
    title: 'an accepted command refused when it is sent again',
    invariant: 'answered-twice',
    plant: (script) => {
      const key = { 'command-id': `key-${script.partition}` }
      opened(script).hold('a', 'alice', ['A-1'], 0, {}, key).reject('seat-taken', key)
    },
  },
  {
    title: 'a version left out',
    invariant: 'stream-gap',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1'], 0, {}, { 'stream-version': '3' }),
  },
  {
    title: 'a show in a partition that is not its own',
    invariant: 'record-wrong',
    plant: (script) => {
      const elsewhere = `${script.partition + 1}.00000000-0000-7000-8000-000000000001`
      script.claim(`claim-${script.partition}-1`).schedule({ showId: elsewhere })
    },
  },
  {
    title: 'log time that goes back',
    invariant: 'time-backwards',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1']).wait(-1).reject('seat-taken'),
  },
]

const rejectedData = (script: LogScript) => ({
  commandId: null,
  commandType: 'HoldSeats',
  subject: script.showId,
  callerId: null,
  reason: 'seat-taken',
  details: [],
  remembered: true,
  decidedAt: script.now,
})
