import { expect, test } from '@jest/globals'
import { findBannedCalls } from './banned-calls.js'

test.each([
  ['const t = Date.now()', 'Date.now'],
  ['const t = globalThis.Date.now()', 'Date.now'],
  ['const clock = Date.now', 'Date.now'],
  ['const d = new Date()', 'new Date()'],
  ['const d = new Date', 'new Date()'],
  ['const d = Date()', 'Date()'],
  ['const r = Math.random()', 'Math.random'],
  ['setTimeout(() => {}, 1)', 'setTimeout'],
  ['globalThis.setInterval(() => {}, 1)', 'setInterval'],
  ['const later = setTimeout', 'setTimeout'],
  ["import { randomUUID } from 'node:crypto'\nrandomUUID()", 'randomUUID'],
  ["import crypto from 'node:crypto'\ncrypto.randomUUID()", 'crypto.randomUUID'],
  ["import { setTimeout as sleep } from 'node:timers/promises'", 'import of node:timers/promises'],
])('%s is found', (text, what) => {
  const found = findBannedCalls('x.ts', text)
  expect(found.map((call) => call.what)).toContain(what)
  expect(found.every(({ line }) => line >= 1 && line <= text.split('\n').length)).toBe(true)
})

test.each([
  'const d = new Date(0)',
  'const d = new Date(clock.now())',
  'interface Timers { setTimeout(ms: number): void }',
  'const timers = { setTimeout: 1 }',
  'timers.setTimeout(1)',
  "const text = 'Date.now()' // Date.now()",
])('%s is not', (text) => {
  expect(findBannedCalls('x.ts', text)).toEqual([])
})
