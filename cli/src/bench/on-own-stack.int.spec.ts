import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from '@jest/globals'
import { openStack, type Stack, startStack, stopStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import { onOwnStack } from './on-own-stack.js'

const name = `own-stack-spec-${process.pid}`
const dir = join(stackDir, name)
const quiet = { env: 'own', services: false } as const

const pidsOf = async (stack: Stack | null) => ((await stack?.status()) ?? []).flatMap(({ pid }) => pid ?? [])
const isGone = (pid: number) => !existsSync(`/proc/${pid}`)

afterEach(async () => {
  await stopStack(dir)
  rmSync(dir, { recursive: true, force: true })
})

it('a stack of our own leaves nothing running, neither what a run that was cut off has left nor after a failure', async () => {
  const cutOff = await pidsOf(await startStack({ dir, ...quiet, engine: 'native' }))
  expect(cutOff.length).toBeGreaterThan(3)
  let own: number[] = []
  const run = onOwnStack({ name, ...quiet, say: () => {} }, async (stack) => {
    expect(cutOff.filter((pid) => !isGone(pid))).toEqual([])
    own = await pidsOf(stack)
    throw new Error('a bench that fails')
  })
  await expect(run).rejects.toThrow('a bench that fails')
  expect(own).toHaveLength(cutOff.length)
  expect(own.filter((pid) => !isGone(pid))).toEqual([])
  expect(existsSync(join(dir, 'logs'))).toBe(true)
  expect(await pidsOf(openStack(dir))).toEqual([])
})
