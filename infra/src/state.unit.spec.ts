import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { usualShape } from './layout.js'
import { inStack } from './paths.js'
import { choosePorts, type Ports, portNames } from './ports.js'
import { readState, writeState } from './state.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-state-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('a stack that was started before a process of it was thought of is known, and that process gets a port with the next start', async () => {
  const ports = Object.fromEntries(portNames.map((name, at) => [name, 40_000 + at])) as Ports
  const known = { engine: 'native', env: 'local', services: true, root: '/', kafkaClusterId: 'x' } as const
  writeState(dir, { ...known, ports, more: {}, shape: usualShape })
  const file = inStack(dir).state
  const { reactors, ...before } = ports
  writeFileSync(
    file,
    readFileSync(file, 'utf8')
      .replace(new RegExp(`"reactors": ${reactors},?`), '')
      .replace(/,(\s*})/g, '$1'),
  )
  const state = readState(dir)
  expect(state?.ports).toEqual({ ...before, reactors: 0 })
  const chosen = await choosePorts(dir, state?.ports ?? {}, new Set(Object.values(before)))
  expect(chosen).toEqual({ ...before, reactors: expect.any(Number) })
  expect(chosen.reactors).toBeGreaterThan(0)
})
