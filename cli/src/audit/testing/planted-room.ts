import type { LogScript } from './log-script.js'
import type { Planted } from './planted.js'
import { evidenceMs, type RoomScript, roomTerms } from './room-script.js'

/** A show with a room, and three in its lobby. */
function inLobby(show: LogScript, room: RoomScript, terms: object = {}): RoomScript {
  show.claim(`claim-${show.partition}-1`).schedule().show('AdmissionRequired')
  room.claim(`room-${show.partition}-1`).schedule(terms).lobbyOpens()
  return room.join('alice', null).join('bob', null).join('carol', null)
}

/** Drawn and open, with a controller, and told that seven places are free. */
const opened = (show: LogScript, room: RoomScript, terms: object = {}) =>
  inLobby(show, room, terms).draw().claimTerm(1).report(7)

/** The first of the draw is admitted. @returns their number */
function admitted(show: LogScript, room: RoomScript): number {
  const first = opened(show, room).order[0] as number
  room.grant(first, 0)
  return first
}

const hold = (show: LogScript, room: RoomScript, number: number, lie: object = {}) =>
  show.hold('a', room.of(number).customerId, ['A-1'], 0, { admissionId: room.entry(number), ...lie })

/** Mistakes about waiting rooms. */
export const plantedRoom: Planted[] = [
  {
    title: 'the whole life of a room',
    invariant: null,
    plant: (show, room) => {
      inLobby(show, room).join('dave', null).leave(3).wait(roomTerms.graceMs).forfeit(3).outOfLobby(3)
      room.draw().join('erin', 3).join('frank', 4).claimTerm(1).report(7)
      const [first, second, third] = room.order as [number, number, number]
      room.grant(first, 0).leave(second).grant(third, 2).comeBack(second)
      show.now = room.now
      const { customerId } = room.of(first)
      show.hold('a', customerId, ['A-1', 'A-2'], 0, { admissionId: room.entry(first) })
      room.report(5, {}, room.redeemed(first, 2))
      show.change('a', customerId, ['A-1', 'A-2'], ['A-1'], { expiresAt: show.now + 60_000 })
      room.report(6, {}, room.spent(first, 1))
      show.confirm('a', customerId, ['A-1'])
      room.report(6, {}, room.completed(first, 1))
      room.pause().resume().wait(1_000).grant(second, 1)
      room
        .wait(roomTerms.admissionMs + evidenceMs)
        .noShow(third)
        .noShow(second)
      room.skip(4, 0).change({ ratePerMinute: 60 }).grant(5, 4).pause(true).close()
    },
  },
  {
    title: 'an admission that ran out unheard is open again when the show tells of its hold',
    invariant: null,
    plant: (show, room) => {
      const first = admitted(show, room)
      hold(show, room, first)
      room
        .wait(roomTerms.admissionMs + evidenceMs)
        .noShow(first)
        .report(6, {}, room.redeemed(first, 1))
    },
  },
  {
    title: 'what was bought with an admission is given back later: the room has nothing to do with it',
    invariant: null,
    plant: (show, room) => {
      const first = admitted(show, room)
      hold(show, room, first).confirm('a', room.of(first).customerId, ['A-1'])
      show.cancel('a', room.of(first).customerId, ['A-1'], true)
      room.report(7, {}, room.completed(first, 1))
    },
  },
  {
    title: 'an entry that nobody has is admitted',
    invariant: 'entry-wrong',
    plant: (show, room) => opened(show, room).grant(7, 0),
  },
  {
    title: 'who was admitted is admitted again',
    invariant: 'entry-wrong',
    plant: (show, room) => room.grant(admitted(show, room), 0, { openAdmissions: 1 }),
  },
  {
    title: 'a second place for one customer',
    invariant: 'entry-doubled',
    plant: (show, room) => opened(show, room).join('alice', 3),
  },
  {
    title: 'a place given a second time',
    invariant: 'place-doubled',
    plant: (show, room) => opened(show, room).join('dave', 2),
  },
  {
    title: 'a place left out',
    invariant: 'place-doubled',
    plant: (show, room) => opened(show, room).join('dave', 4),
  },
  {
    title: 'a seed that is not the published one',
    invariant: 'draw-wrong',
    plant: (show, room) => inLobby(show, room).draw({ seed: 'another' }),
  },
  {
    title: 'places that the seed does not give',
    invariant: 'draw-wrong',
    plant: (show, room) => inLobby(show, room).draw({}, (order) => order.toReversed()),
  },
  {
    title: 'a digest that is not the lobby’s',
    invariant: 'draw-wrong',
    plant: (show, room) => inLobby(show, room).draw({ lobbyDigest: 'another' }),
  },
  {
    title: 'the second before the first',
    invariant: 'queue-order',
    plant: (show, room) => room.grant(opened(show, room).order[1] as number, 1),
  },
  {
    title: 'more from the priority lane than its share',
    invariant: 'lane-share',
    plant: (show, room) => {
      opened(show, room, { priorityPercent: 50 }).join('vip', 3, { lane: 'priority' })
      room.grant(3, 3, { lane: 'priority' })
    },
  },
  {
    title: 'a third within a second where two may',
    invariant: 'rate-exceeded',
    also: ['stock-exceeded'],
    plant: (show, room) => {
      const [first, second, third] = opened(show, room).order as [number, number, number]
      room.grant(first, 0).wait(500).grant(second, 1).wait(499).grant(third, 2)
    },
  },
  {
    title: 'a second within a minute, after the rate was lowered to one',
    invariant: 'rate-exceeded',
    plant: (show, room) => {
      const [first, second] = opened(show, room).order as [number, number]
      room.grant(first, 0).change({ ratePerMinute: 1 }).wait(59_999).grant(second, 1)
    },
  },
  {
    title: 'two open where there is one slot',
    invariant: 'slots-exceeded',
    plant: (show, room) => {
      const [first, second] = opened(show, room, { slots: 1 }).order as [number, number]
      room.grant(first, 0).grant(second, 1)
    },
  },
  {
    title: 'a third for four places each where seven are free',
    invariant: 'stock-exceeded',
    plant: (show, room) => {
      const [first, second, third] = opened(show, room).order as [number, number, number]
      room.grant(first, 0).grant(second, 1).wait(1_000).grant(third, 2)
    },
  },
  {
    title: 'more free places than the show has',
    invariant: 'stock-wrong',
    plant: (show, room) => inLobby(show, room).draw().claimTerm(1).report(8),
  },
  {
    title: 'stock of a version that the show has elsewhere',
    invariant: 'stock-wrong',
    plant: (show, room) => inLobby(show, room).draw().claimTerm(1).report(7, { showOffset: 1 }),
  },
  {
    title: 'an admission on a version of the show that does not exist',
    invariant: 'stock-wrong',
    plant: (show, room) => room.grant(opened(show, room).order[0] as number, 0, { stockVersion: 9 }),
  },
  {
    title: 'fewer places to be taken than open admissions may take',
    invariant: 'stock-wrong',
    plant: (show, room) => {
      const [first, second] = opened(show, room).order as [number, number]
      room.grant(first, 0).grant(second, 1, { unspentPlaces: 0 })
    },
  },
  {
    title: 'an admission under a term that is over',
    invariant: 'term-wrong',
    plant: (show, room) =>
      opened(show, room)
        .claimTerm(2)
        .grant(room.order[0] as number, 0, { term: 1 }),
  },
  {
    title: 'a term left out',
    invariant: 'term-wrong',
    plant: (show, room) => opened(show, room).claimTerm(3),
  },
  {
    title: 'an admission while the room is paused',
    invariant: 'room-shut',
    plant: (show, room) =>
      opened(show, room)
        .pause()
        .grant(room.order[0] as number, 0),
  },
  {
    title: 'a visitor after the room has closed',
    invariant: 'room-shut',
    plant: (show, room) => opened(show, room).close().join('dave', 3),
  },
  {
    title: 'a lobby before its time',
    invariant: 'room-shut',
    plant: (show, room) => inLobby(show, room, { lobbyFrom: room.now + 1 }),
  },
  {
    title: 'a place taken away from who is kept it',
    invariant: 'dropped-early',
    plant: (show, room) =>
      opened(show, room)
        .leave(0)
        .wait(roomTerms.graceMs - 1)
        .forfeit(0),
  },
  {
    title: 'a visitor dropped who was seen within the grace period',
    invariant: 'dropped-early',
    plant: (show, room) =>
      opened(show, room)
        .wait(20_000)
        .skip(0, room.now - roomTerms.graceMs + 1),
  },
  {
    title: 'an admission that ends before its time',
    invariant: 'dropped-early',
    plant: (show, room) => {
      const first = admitted(show, room)
      room.wait(roomTerms.admissionMs + evidenceMs - 1).noShow(first)
    },
  },
  {
    title: 'a hold with an admission that was not granted',
    invariant: 'redemption-wrong',
    plant: (show, room) => hold(show, room, opened(show, room).order[0] as number),
  },
  {
    title: 'a hold with the admission of another',
    invariant: 'redemption-wrong',
    plant: (show, room) => hold(show, room, admitted(show, room), { customerId: 'mallory' }),
  },
  {
    title: 'a hold with an admission that has run out',
    invariant: 'redemption-wrong',
    plant: (show, room) => {
      const first = admitted(show, room)
      show.wait(roomTerms.admissionMs)
      hold(show, room, first)
    },
  },
  {
    title: 'an admission redeemed that the show has no reservation of',
    invariant: 'redemption-wrong',
    plant: (show, room) => {
      const first = admitted(show, room)
      show.hold('b', 'bob', ['A-1'], 0, { admissionId: `${show.showId}.99` })
      room.report(6, {}, room.redeemed(first, 1))
    },
  },
  {
    title: 'an admission redeemed twice in the room',
    invariant: 'redemption-wrong',
    also: ['entry-wrong'],
    plant: (show, room) => {
      const first = admitted(show, room)
      hold(show, room, first)
      room.report(6, {}, room.redeemed(first, 1))
      show.show('SalesPaused', { reason: 'technical' })
      room.report(6, {}, room.redeemed(first, 1))
    },
  },
  {
    title: 'a command to the room that was passed over',
    invariant: 'command-not-decided',
    plant: (show, room) => {
      opened(show, room).ask('nobody-answers')
      room.join('dave', 3)
    },
  },
  {
    title: 'a version of the room left out',
    invariant: 'stream-gap',
    plant: (show, room) => {
      opened(show, room).join('dave', 3)
      const { headers } = room.records.at(-1) as { headers: Record<string, string> }
      headers['stream-version'] = '99'
    },
  },
  {
    title: 'an owner of the room who is over admits: nothing of it counts',
    invariant: null,
    plant: (show, room) => {
      const first = opened(show, room).order[0] as number
      room.claim(`room-${show.partition}-2`)
      room.as(`room-${show.partition}-1`, (stale) => stale.write('onsale.queue.events.AdmissionGranted', {}))
      room.grant(first, 0)
    },
  },
]
