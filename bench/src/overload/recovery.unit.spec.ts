import { expect, it } from '@jest/globals'
import type { Window } from './phase.js'
import { recoverySeconds } from './recovery.js'

const window = (but: Partial<Window> = {}): Window => ({
  ...{ sent: 100, accepted: 100, shed: 0, pending: 0, failed: 0, p50Ms: 30, p99Ms: 90, ...but },
})
const seconds = (...windows: Partial<Window>[]) =>
  recoverySeconds({ p50Ms: 60 }, { windows: [...windows, {}].map((but) => window(but)) })

it.each<[string, Partial<Window>[], number]>([
  ['normal at once', [{}, {}], 0],
  ['slow for a while', [{ p50Ms: 900 }, { p50Ms: 121 }, {}], 0.5],
  ['still turned away', [{ shed: 5 }, {}], 0.25],
  ['slow once more later', [{}, {}, { p50Ms: 130 }, { p50Ms: 130 }, {}], 1],
  ['a hiccup later', [{ p50Ms: 130 }, { p50Ms: 130 }, {}, { p50Ms: 130 }, {}], 0.5],
  ['nothing accepted', [{ accepted: 0, p50Ms: 0 }, {}], 0.25],
  ['never', [{ p50Ms: 500 }, { p50Ms: 500 }], 0.5],
])('%s', (_, windows, expected) => {
  expect(seconds(...windows)).toBe(expected)
})
