import type { PlantedBug } from './planted-bug.js'

const room = 'domain/dist/waiting-room'
const admit = `${room}/admit.js`
const gate = 'domain/dist/show/admission.js'

/** Mistakes of waiting rooms, of who asks for them, and of the gate of a show that has one. */
const mistakes: Omit<PlantedBug, 'rooms'>[] = [
  {
    name: 'older-term-heard',
    says: 'a controller whose term is over is heard',
    by: ['term'],
    commands: 20_000,
    changes: [
      { file: admit, from: 'return term === state.term ?', to: 'return term > 0 && term <= state.term ?' },
      { file: `${room}/evolve-admission.js`, from: 'if (term !== state.term)', to: 'if (term > state.term)' },
    ],
  },
  {
    name: 'rate-forgotten-on-hand-over',
    says: 'an owner that catches up does not take along when visitors were admitted',
    by: ['rate'],
    commands: 20_000,
    changes: [
      {
        file: 'domain/dist/partition/partition.js',
        from: 'this.committed(record.offset);',
        to: 'for (const [, one] of this.streams.set?.inOrder() ?? []) if (one.state.admittedAt) one.state.admittedAt = new one.state.admittedAt.constructor(one.state.settings.ratePerMinute); this.committed(record.offset);',
      },
    ],
  },
  {
    name: 'slot-returned-twice',
    says: 'an admission that ends gives back two slots',
    by: ['slots'],
    commands: 10_000,
    changes: [
      {
        file: `${room}/evolve-admission.js`,
        from: 'admissions.delete(entry);',
        to: 'admissions.delete(entry); state.extraSlots = (state.extraSlots ?? 0) + 1;',
      },
      {
        file: admit,
        from: 'if (admissions.size >= settings.slots)',
        to: 'if (admissions.size >= settings.slots + (state.extraSlots ?? 0))',
      },
      {
        file: admit,
        from: 'settings.slots - admissions.size)',
        to: 'settings.slots + (state.extraSlots ?? 0) - admissions.size)',
      },
    ],
  },
  {
    name: 'slot-returned-early',
    says: 'the slot of an admission returns at its end, while the word of its redemption may be on its way',
    by: ['slots'],
    commands: 10_000,
    changes: [
      { file: `${room}/evolve-admission.js`, from: 'expiresAt: expiresAt + evidenceMs', to: 'expiresAt: expiresAt' },
    ],
  },
  {
    name: 'place-given-twice',
    says: 'whoever left and comes back gets another place beside the one that is kept',
    by: ['one-place'],
    commands: 10_000,
    changes: [
      {
        file: `${room}/decide.js`,
        from: 'if (known >= 0 && !isOver(state.entries.status(known)))',
        to: 'if (known >= 0 && state.entries.status(known) !== away && !isOver(state.entries.status(known)))',
      },
      {
        file: `${room}/evolve.js`,
        from: 'if (before >= 0 && !isOver(entries.status(before)))',
        to: 'if (before >= 0 && entries.status(before) !== away && !isOver(entries.status(before)))',
      },
    ],
  },
  {
    name: 'draw-order-ignored',
    says: 'those in the lobby get their places in the order in which they came',
    by: ['draw-order'],
    commands: 10_000,
    changes: [{ file: `${room}/draw.js`, from: '.sort((a, b) => this.compare(a, b))', to: '.sort((a, b) => a - b)' }],
  },
  {
    name: 'priority-jumps',
    says: 'the priority lane goes first in a room that gives it no share',
    by: ['fifo'],
    commands: 10_000,
    changes: [
      {
        file: `${room}/lanes.js`,
        from: 'return priority < standard ? takePriority() : takeStandard();',
        to: 'return takePriority();',
      },
    ],
  },
  {
    name: 'stock-spent-twice',
    says: 'a room admits without regard to what those may still take who are admitted',
    by: ['stock'],
    commands: 20_000,
    changes: [{ file: admit, from: 'const unspent = unspentPlaces(state);', to: 'const unspent = 0;' }],
  },
  {
    name: 'token-redeemed-twice',
    says: 'a show takes an admission that it has taken before',
    by: ['single-redemption'],
    commands: 10_000,
    changes: [
      { file: gate, from: 'if (gate.redeemed.has(number))', to: 'if (gate.redeemed.has(-1))' },
      { file: 'domain/dist/show/evolve.js', from: 'if (admission.redeemed.has(number))', to: 'if (number < 0)' },
    ],
  },
  {
    name: 'token-not-verified',
    says: 'a show takes any admission, whoever made it, for whomever, until whenever',
    by: ['gate'],
    commands: 10_000,
    changes: [{ file: gate, from: '|| !verify(', to: '|| !(() => true)(' }],
  },
  {
    name: 'silence-is-absence',
    says: 'a controller takes for absent whom the record of heartbeats does not know',
    by: ['absence'],
    commands: 20_000,
    changes: [
      {
        file: 'reactors/dist/controller/absent-visitors.js',
        from: 'const dropped = absent.filter(',
        to: 'const all = Array.from({ length: state.entries.size }, (_, n) => ({ entryId: state.scheduled.showId + "." + n, lastSeenAt: before - 1 })); const dropped = all.filter(',
      },
    ],
  },
  {
    name: 'redemption-not-told',
    says: 'a reactor tells a room of its show without the reservation that came first since the last report',
    by: ['redemption-told', 'full-fold'],
    commands: 10_000,
    changes: [
      {
        file: 'reactors/dist/stock/pending-stock.js',
        from: 'const due = this.changes.filter(({ version }) => version > fromVersion);',
        to: 'const due = this.changes.filter(({ version }) => version > fromVersion + 1);',
      },
    ],
  },
]

export const roomBugs: readonly PlantedBug[] = mistakes.map((one) => ({ ...one, rooms: true }))
