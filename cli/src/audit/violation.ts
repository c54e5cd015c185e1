/** What the audit looks for, and what each name means. The texts are shown to people by `./onsale audit`. */
export const invariants = {
  oversold: 'holds + sold ≤ capacity, of the show and of each area, at every prefix of the log',
  'seat-two-owners': 'a seat has at most one owner',
  'unknown-seat': 'only seats and areas of the plan are held',
  'customer-limit': "no customer has more places than the show's limit",
  'total-wrong': "prices and totals are those of the show's price list",
  'expired-early': 'no hold expires before its time, and each lasts as long as the show says',
  'confirmed-after-end': 'nothing expired, released or cancelled is sold',
  'transition-wrong': 'a reservation is held once, ends once, and with the places it was held with',
  'outside-sales': 'places are held only while sales are open',
  'held-while-closed':
    'nothing is held before the show is published, while its sales are paused, or after it is cancelled',
  'admission-wrong':
    'a show with a waiting room holds for the admitted alone, once for each admission of its own; others need none',
  'extension-wrong':
    "a hold is extended once, while it lives, by no more than the show's hold length, to an hour at most",
  'change-torn': 'a change of seats gives back all that the hold had, takes the new places, and moves nothing else',
  'withdrawn-wrong': 'only free places are withdrawn, nobody holds one, and only withdrawn seats are put back',
  'capacity-wrong': 'capacity is the places of the plan, less those withdrawn, with those added',
  'plan-lacks-places': 'a new plan has all that is held or sold, as it is',
  'show-cancel-wrong': 'a cancelled show ends with no live reservation, and nothing else happens to it',
  'plan-wrong': "every show's plan is in the log and has the capacity the show says",
  'command-not-decided': 'no command is skipped',
  'command-decided-twice': 'no command is decided twice',
  'command-unknown': 'every decision is about a command that exists, and about the one it names',
  'answer-torn': "a command's records lie together, as many as its answer says",
  'answered-twice': 'one command id is accepted once; whoever repeats it gets the first answer',
  'stream-gap': "a stream's versions have no gap under the claims that count",
  'record-wrong': 'every record that counts can be read and is where its ids say',
  'time-backwards': 'log time never goes back',
  'entry-wrong':
    'whoever waits is admitted, or leaves, or is dropped; whoever is admitted redeems it, or it ends; each once',
  'entry-doubled': 'a customer has one place in a room, however often they come',
  'place-doubled': 'a place belongs to one entry, an entry has one place, and who joins later gets the next one',
  'draw-wrong': 'the places of the lobby are those that the published seed and the lobby give',
  'queue-order': 'whoever is admitted is the first of those who wait in their lane',
  'lane-share': 'the priority lane never has more than its share of the admissions while both lanes wait',
  'rate-exceeded': 'no 60 s have more admissions than the rate, no second more than a sixtieth of it, at any prefix',
  'slots-exceeded': 'no admission makes more of them open than there are slots',
  'stock-exceeded':
    'nobody is admitted unless what open admissions may still take leaves a place, at that position of the show',
  'stock-wrong':
    'what a room knows of stock and of its reservations is what the show says at the position that it names',
  'term-wrong': 'terms follow each other, and nobody is admitted under an older one',
  'room-shut':
    'nobody joins or is admitted before it is time, while the room is stopped or paused, or after it has closed',
  'dropped-early': 'no place and no admission is taken away before its time',
  'redemption-wrong':
    'an admission that was granted is redeemed once, by its own customer, before it runs out, and the show has the reservation',
  'read-model-differs': 'the read model on the replica is what the log says',
  'read-model-behind': "the read model reaches the log's end",
} as const

export type Invariant = keyof typeof invariants

/** Whose journal: of the shows, or of their waiting rooms. */
export type Journal = 'reservation' | 'queue'

export interface Violation {
  invariant: Invariant
  journal: Journal
  show: string | null
  partition: number
  /** Offset in the journal where it shows. */
  offset: number
  detail: string
}

/** As people are shown it: partition/offset, which of the two journals where it is that of the rooms. */
export const placeOf = ({ journal, partition, offset }: Violation) =>
  `${journal === 'queue' ? 'queue ' : ''}${partition}/${offset}`

/** Of one show. */
export type ReportAt = (invariant: Invariant, offset: number, detail: string) => void

export type Report = (invariant: Invariant, offset: number, detail: string, show?: string | null) => void
