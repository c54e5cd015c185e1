import { startOfSales } from './journal-script.js'
import { littlePlan, longerPlan, otherPlan } from './little-plans.js'
import { holdMs, type LogScript } from './log-script.js'
import type { Planted } from './planted.js'

const opened = (script: LogScript, terms: object = {}) => script.claim(`claim-${script.partition}-1`).schedule(terms)
const until = startOfSales + holdMs
const seats = (...ids: string[]) => ({ seats: ids, areas: [] })
const floor = (quantity: number) => ({ seats: [], areas: [{ area: 'floor', quantity }] })
const to = ({ planHash }: { planHash: string }, capacity: number) => ({
  previousPlanHash: littlePlan.planHash,
  planHash,
  capacity,
})

/** Mistakes about extending, changing, and the life of a show. */
export const plantedLife: Planted[] = [
  {
    title: 'the whole life of a show',
    invariant: null,
    plant: (script) => {
      opened(script, { published: false })
        .show('ShowPublished')
        .hold('a', 'alice', ['A-1', 'A-2'])
        .extend('a', 'alice', ['A-1', 'A-2'], until + holdMs)
        .change('a', 'alice', ['A-1', 'A-2'], ['A-2', 'A-3'], { expiresAt: until + holdMs })
        .show('SalesPaused', { reason: 'technical' })
        .wait(holdMs)
        .confirm('a', 'alice', ['A-2', 'A-3'])
        .show('SalesResumed')
        .show('PlacesWithdrawn', { ...seats('A-1', 'A-4'), capacity: 5 })
        .show('PlacesWithdrawn', { ...floor(2), capacity: 3 })
        .show('PlacesAdded', { seats: ['A-4'], areas: [{ area: 'floor', quantity: 4 }], capacity: 8 })
        .hold('b', 'bob', ['A-4'], 3)
        .release('b', 'bob', ['A-4'], 3)
        .show('PlanChanged', to(longerPlan, 5))
        .hold('c', 'carol', ['A-5'], 1)
        .release('c', 'carol', ['A-5'], 1)
        .hold('d', 'dave', ['A-5'])
        .show('ShowRescheduled', { salesFrom: startOfSales, salesUntil: script.now, startsAt: script.now })
        .show('ShowCancelled', { reason: 'artist-ill', reservations: 2 })
        .callOff('a', 'alice', ['A-2', 'A-3'], true)
        .callOff('d', 'dave', ['A-5'])
        .reject('show-cancelled')
    },
  },
  {
    title: 'a show with a waiting room, and without it again',
    invariant: null,
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .show('AdmissionRequired')
        .hold('b', 'bob', ['A-2'], 0, { admissionId: `${script.showId}.0` })
        .hold('c', 'carol', ['A-3'], 0, { admissionId: `${script.showId}.12` })
        .show('AdmissionLifted')
        .hold('d', 'dave', ['A-4'], 0, { admissionId: null }),
  },
  {
    title: 'a hold without an admission',
    invariant: 'admission-wrong',
    plant: (script) => opened(script).show('AdmissionRequired').hold('a', 'alice', ['A-1']),
  },
  {
    title: 'an admission spent twice',
    invariant: 'admission-wrong',
    plant: (script) =>
      opened(script)
        .show('AdmissionRequired')
        .hold('a', 'alice', ['A-1'], 0, { admissionId: `${script.showId}.0` })
        .hold('b', 'bob', ['A-2'], 0, { admissionId: `${script.showId}.0` }),
  },
  {
    title: 'an admission of another show',
    invariant: 'admission-wrong',
    plant: (script) =>
      opened(script).show('AdmissionRequired').hold('a', 'alice', ['A-1'], 0, { admissionId: '9.elsewhere.0' }),
  },
  {
    title: 'an admission required twice',
    invariant: 'transition-wrong',
    plant: (script) => opened(script).show('AdmissionRequired').show('AdmissionRequired'),
  },
  {
    title: 'a hold before the show is published',
    invariant: 'held-while-closed',
    plant: (script) => opened(script, { published: false }).hold('a', 'alice', ['A-1']),
  },
  {
    title: 'a hold while sales are paused',
    invariant: 'held-while-closed',
    plant: (script) => opened(script).show('SalesPaused', { reason: 'technical' }).hold('a', 'alice', ['A-1']),
  },
  {
    title: 'a change of seats while sales are paused',
    invariant: 'held-while-closed',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .show('SalesPaused', { reason: 'technical' })
        .change('a', 'alice', ['A-1'], ['A-2']),
  },
  {
    title: 'a hold after the show is cancelled',
    invariant: 'held-while-closed',
    also: ['show-cancel-wrong'],
    plant: (script) =>
      opened(script).show('ShowCancelled', { reason: 'artist-ill', reservations: 0 }).hold('a', 'alice', ['A-1']),
  },
  {
    title: 'a hold outside the window that it was moved to',
    invariant: 'outside-sales',
    plant: (script) =>
      opened(script)
        .show('ShowRescheduled', { salesFrom: startOfSales + 1, salesUntil: startOfSales + 2, startsAt: 0 })
        .hold('a', 'alice', ['A-1']),
  },
  {
    title: 'a show that is published twice',
    invariant: 'transition-wrong',
    plant: (script) => opened(script).show('ShowPublished'),
  },
  {
    title: 'a sale that is resumed and was not paused',
    invariant: 'transition-wrong',
    plant: (script) => opened(script).show('SalesResumed'),
  },
  {
    title: 'a hold that is extended twice',
    invariant: 'extension-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .extend('a', 'alice', ['A-1'], until + holdMs)
        .extend('a', 'alice', ['A-1'], until + 2 * holdMs),
  },
  {
    title: 'a hold that is extended by more than its length',
    invariant: 'extension-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .extend('a', 'alice', ['A-1'], until + holdMs + 1),
  },
  {
    title: 'a hold that is extended when it is over',
    invariant: 'extension-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .wait(holdMs)
        .extend('a', 'alice', ['A-1'], until + holdMs),
  },
  {
    title: 'a hold that is extended past the end of sales',
    invariant: 'extension-wrong',
    plant: (script) =>
      opened(script, { salesUntil: until + 1 })
        .hold('a', 'alice', ['A-1'])
        .extend('a', 'alice', ['A-1'], until + 2),
  },
  {
    title: 'an extended hold that expires when it would have before',
    invariant: 'expired-early',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .extend('a', 'alice', ['A-1'], until + holdMs)
        .wait(holdMs)
        .expire('a', 'alice', ['A-1']),
  },
  {
    title: 'a change that keeps a seat back',
    invariant: 'change-torn',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1', 'A-2']).change('a', 'alice', ['A-1'], ['A-3']),
  },
  {
    title: 'a change that lengthens the hold',
    invariant: 'change-torn',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .change('a', 'alice', ['A-1'], ['A-2'], { expiresAt: until + 1 }),
  },
  {
    title: 'a change of what is sold',
    invariant: 'change-torn',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1']).confirm('a', 'alice', ['A-1']).change('a', 'alice', ['A-1'], ['A-2']),
  },
  {
    title: 'a change to a seat that is somebody else’s',
    invariant: 'seat-two-owners',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1']).hold('b', 'bob', ['A-2']).change('a', 'alice', ['A-1'], ['A-2']),
  },
  {
    title: 'a seat that was given up in a change and is still its first holder’s',
    invariant: 'transition-wrong',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1']).change('a', 'alice', ['A-1'], ['A-2']).confirm('a', 'alice', ['A-1']),
  },
  {
    title: 'a held seat is withdrawn',
    invariant: 'withdrawn-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .show('PlacesWithdrawn', { ...seats('A-1'), capacity: 6 }),
  },
  {
    title: 'a withdrawn seat is held',
    invariant: 'withdrawn-wrong',
    plant: (script) =>
      opened(script)
        .show('PlacesWithdrawn', { ...seats('A-1'), capacity: 6 })
        .hold('a', 'alice', ['A-1']),
  },
  {
    title: 'a seat is put back that was not withdrawn',
    invariant: 'withdrawn-wrong',
    plant: (script) => opened(script).show('PlacesAdded', { ...seats('A-1'), capacity: 7 }),
  },
  {
    title: 'taken places of an area are withdrawn',
    invariant: 'withdrawn-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', [], 2)
        .show('PlacesWithdrawn', { ...floor(2), capacity: 5 }),
  },
  {
    title: 'more places than an area has left after some were withdrawn',
    invariant: 'oversold',
    plant: (script) =>
      opened(script)
        .show('PlacesWithdrawn', { ...floor(2), capacity: 5 })
        .hold('a', 'alice', [], 2),
  },
  {
    title: 'a capacity that forgets what was withdrawn',
    invariant: 'capacity-wrong',
    plant: (script) => opened(script).show('PlacesWithdrawn', { ...seats('A-1'), capacity: 7 }),
  },
  {
    title: 'a capacity that forgets what was added',
    invariant: 'capacity-wrong',
    plant: (script) => opened(script).show('PlacesAdded', { ...floor(5), capacity: 7 }),
  },
  {
    title: 'a new plan that brings withdrawn seats back',
    invariant: 'capacity-wrong',
    plant: (script) =>
      opened(script)
        .show('PlacesWithdrawn', { ...seats('A-4'), capacity: 6 })
        .show('PlanChanged', to(longerPlan, 6)),
  },
  {
    title: 'a new plan without a seat that is sold',
    invariant: 'plan-lacks-places',
    plant: (script) =>
      opened(script).hold('a', 'alice', ['A-1']).confirm('a', 'alice', ['A-1']).show('PlanChanged', to(otherPlan, 6)),
  },
  {
    title: 'a new plan that has a held seat in another category',
    invariant: 'plan-lacks-places',
    plant: (script) => opened(script).hold('a', 'alice', ['A-2']).show('PlanChanged', to(otherPlan, 6)),
  },
  {
    title: 'a new plan whose area is too small for what is taken there',
    invariant: 'plan-lacks-places',
    plant: (script) => opened(script).hold('a', 'alice', [], 2).show('PlanChanged', to(longerPlan, 6)),
  },
  {
    title: 'a change from a plan that the show was not on',
    invariant: 'plan-wrong',
    plant: (script) =>
      opened(script).show('PlanChanged', { ...to(longerPlan, 6), previousPlanHash: longerPlan.planHash }),
  },
  {
    title: 'a cancelled show with a live reservation at the end',
    invariant: 'show-cancel-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .hold('b', 'bob', ['A-2'])
        .show('ShowCancelled', { reason: 'artist-ill', reservations: 2 })
        .callOff('a', 'alice', ['A-1']),
  },
  {
    title: 'a cancelled show that counts its reservations wrong',
    invariant: 'show-cancel-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .show('ShowCancelled', { reason: 'artist-ill', reservations: 2 })
        .callOff('a', 'alice', ['A-1']),
  },
  {
    title: 'a sale after the show was cancelled',
    invariant: 'show-cancel-wrong',
    plant: (script) =>
      opened(script)
        .hold('a', 'alice', ['A-1'])
        .show('ShowCancelled', { reason: 'artist-ill', reservations: 1 })
        .confirm('a', 'alice', ['A-1'])
        .callOff('a', 'alice', ['A-1'], true),
  },
  {
    title: 'a reservation that nobody cancelled, and not with its show',
    invariant: 'command-unknown',
    also: ['show-cancel-wrong'],
    plant: (script) => {
      opened(script).hold('a', 'alice', ['A-1']).callOff('a', 'alice', ['A-1'])
      Object.assign(script.records.at(-1)?.data ?? {}, { reason: 'changed-mind' })
    },
  },
  {
    title: 'a reservation is called off with its show, which is not cancelled',
    invariant: 'show-cancel-wrong',
    plant: (script) => opened(script).hold('a', 'alice', ['A-1']).callOff('a', 'alice', ['A-1']),
  },
]
