import { describe, test } from '@jest/globals'
import { euro, opens, scheduled, smallCapacity, terms, won } from '../testing/fixtures.js'
import { given } from '../testing/given.js'
import type { CategoryPrice, ScheduleShow } from './commands.js'

const now = opens - 1000
const schedule = (overrides: Partial<ScheduleShow> = {}, money = euro) => ({
  type: 'ScheduleShow' as const,
  data: terms(overrides, money),
})
const prices = (...changes: CategoryPrice[]) => [
  ...terms().prices.filter(({ category }) => !changes.some((change) => change.category === category)),
  ...changes,
]

describe('ScheduleShow', () => {
  test('says the capacity of the plan', () => {
    given([])
      .when(schedule(), now)
      .then([{ type: 'ShowScheduled', data: { ...terms(), capacity: smallCapacity, scheduledAt: now } }])
    given([])
      .when(schedule({}, won), now)
      .then([scheduled({}, won)])
  })

  test('once', () => {
    given([scheduled()]).when(schedule(), now).thenRejected('show-already-scheduled')
  })

  test('on a plan that is there', () => {
    given([]).when(schedule(), now, null).thenRejected('plan-not-found', 'small')
  })

  test('a price for each category that a place is in, none unknown, none twice, whole amounts from 0', () => {
    const show = given([])
    show.when(schedule({ prices: terms().prices.slice(1) }), now).thenRejected('prices-mismatch', 'front')
    show.when(schedule({ prices: [] }), now).thenRejected('prices-mismatch', 'front', 'back', 'floor')
    show.when(schedule({ prices: prices({ category: 'Y', priceMinor: 1 }) }), now).thenRejected('prices-mismatch', 'Y')
    show
      .when(schedule({ prices: [...terms().prices, { category: 'back', priceMinor: 1 }] }), now)
      .thenRejected('prices-mismatch', 'back')
    for (const priceMinor of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53 - 1]) {
      show
        .when(schedule({ prices: prices({ category: 'back', priceMinor }) }), now)
        .thenRejected('prices-mismatch', 'back')
    }
  })

  test('a category without places may have a price', () => {
    const all = prices({ category: 'X', priceMinor: 1 }, { category: 'floor', priceMinor: 0 })
    given([])
      .when(schedule({ prices: all }), now)
      .then([{ type: 'ShowScheduled', data: { ...terms({ prices: all }), capacity: smallCapacity, scheduledAt: now } }])
  })

  test('a window that is not empty and not over', () => {
    const show = given([])
    show.when(schedule({ salesUntil: opens }), now).thenRejected('sales-window-invalid')
    show.when(schedule({ salesUntil: opens - 1 }), now).thenRejected('sales-window-invalid')
    show.when(schedule({ salesFrom: Number.NaN }), now).thenRejected('sales-window-invalid')
    show.when(schedule(), terms().salesUntil).thenRejected('sales-window-invalid')
  })

  test('terms that make sense, all the wrong ones named', () => {
    const show = given([])
    show.when(schedule({ showId: 'x' }), now).thenRejected('terms-invalid', 'showId')
    show.when(schedule({ title: ' ' }), now).thenRejected('terms-invalid', 'title')
    for (const currency of ['eur', 'EU', 'EURO', '€'])
      show.when(schedule({ currency }), now).thenRejected('terms-invalid', 'currency')
    for (const wrong of [0, -1, 1.5, 2 ** 31]) {
      show
        .when(schedule({ perCustomerLimit: wrong, holdMs: wrong }), now)
        .thenRejected('terms-invalid', 'perCustomerLimit', 'holdMs')
    }
    show.when(schedule({ startsAt: Number.NaN }), now).thenRejected('terms-invalid', 'startsAt')
  })
})
