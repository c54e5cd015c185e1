import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { BusyError, exclusively } from './exclusive.js'
import { identify } from './process/identity.js'

let dir: string
const lock = () => join(dir, 'lock')
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('one at a time; the second is told who holds it', async () => {
  await exclusively(lock(), async () => {
    await expect(exclusively(lock(), async () => {})).rejects.toThrow(BusyError)
  })
  expect(existsSync(lock())).toBe(false)
})

test('it is given back when the work fails', async () => {
  await expect(exclusively(lock(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await exclusively(lock(), async () => 'mine')).toBe('mine')
})

test.each([
  ['a process that is gone', JSON.stringify({ ...identify(process.pid), startTicks: '1' })],
  ['nobody (a file cut off)', '{'],
])('held by %s, it is free', async (_, content) => {
  writeFileSync(lock(), content)
  expect(await exclusively(lock(), async () => 'mine')).toBe('mine')
})
