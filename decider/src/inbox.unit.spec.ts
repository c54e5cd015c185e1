import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, it } from '@jest/globals'
import type { RawRecord } from '@onsale/platform/log'
import { CommandGapError, Inbox } from './inbox.js'

const commandAt = (offset: number): RawRecord => ({
  topic: 'commands',
  partition: 0,
  offset,
  key: null,
  value: Buffer.alloc(1),
  headers: {},
  appendedAt: 0,
})
const offsets = (records: RawRecord[]) => records.map(({ offset }) => offset)

describe('an inbox', () => {
  const flow = { calls: [] as string[], pause: () => flow.calls.push('pause'), resume: () => flow.calls.push('resume') }
  beforeEach(() => {
    flow.calls.length = 0
  })

  it('gives commands in order until they are dropped', () => {
    const inbox = new Inbox(3, flow)
    inbox.put([3, 4, 5].map(commandAt))
    expect(offsets(inbox.peek(2))).toEqual([3, 4])
    expect(offsets(inbox.peek(2))).toEqual([3, 4])
    inbox.drop(2)
    expect(inbox.size).toBe(1)
    inbox.put([commandAt(6)])
    expect(offsets(inbox.peek(9))).toEqual([5, 6])
  })

  it('asks for a pause past the high mark, and to go on below half of it', () => {
    const inbox = new Inbox(0, flow, 4)
    inbox.put([0, 1, 2, 3].map(commandAt))
    expect(flow.calls).toEqual([])
    inbox.put([4, 5].map(commandAt))
    inbox.drop(4)
    expect(flow.calls).toEqual(['pause'])
    inbox.drop(1)
    expect(flow.calls).toEqual(['pause', 'resume'])
  })

  it('says that commands are missing once those before the gap are decided', () => {
    const inbox = new Inbox(0, flow)
    inbox.put([0, 2].map(commandAt))
    expect(offsets(inbox.peek(9))).toEqual([0])
    inbox.drop(1)
    expect(() => inbox.peek(9)).toThrow(CommandGapError)
  })

  it('holds no command that is decided: each would keep all that the broker sent with it', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const inbox = new Inbox(0, flow)
    const held = [0, 1, 2].map((offset) => {
      const command = commandAt(offset)
      inbox.put([command])
      return new WeakRef(command)
    })
    inbox.drop(2)
    await setImmediate()
    collectGarbage()
    expect(held.map((it) => it.deref()?.offset)).toEqual([undefined, undefined, 2])
    expect(inbox.size).toBe(1)
  })
})
