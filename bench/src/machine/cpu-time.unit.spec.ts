import { expect, test } from '@jest/globals'
import { cpuMicrosIn, cpuMicrosOf } from './cpu-time.js'

test('user and system time count, whatever the command is called', () => {
  const stat = '42 (a) (b c)) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 7 7 20 0 11 0 500 1 2'
  expect(cpuMicrosIn(stat)).toBe(2_000_000)
})

test('this process has used some, one that is not there none', () => {
  expect(cpuMicrosOf(process.pid)).toBeGreaterThan(0)
  expect(cpuMicrosOf(2 ** 30)).toBe(0)
})
