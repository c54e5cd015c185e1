import { describe, expect, it } from '@jest/globals'
import type { Timers } from '../ports/index.js'
import { CheckpointWatch } from './checkpoint-watch.js'
import { Checkpoints } from './checkpoints.js'
import type { ReadModel } from './read-model.js'

const shows: ReadModel = { projection: 'shows', source: 'events' }
const seats: ReadModel = { projection: 'seats', source: 'events' }
const topic = 'test.events'
const at = (offset: number) => ({ topic, partition: 0, offset })

/** A replica whose checkpoint is `nextOffset`, a clock that moves with each look, and how often was looked. */
function world() {
  const it = { now: 0, nextOffset: 0, looks: 0, away: false, onLook: () => {} }
  const timers: Timers = {
    async sleep(ms) {
      it.now += ms
      return true
    },
  }
  const replica = {
    async checkpoints() {
      it.looks += 1
      it.onLook()
      if (it.away) throw new Error('gone')
      return new Checkpoints([{ projection: 'shows', version: 1, topic, partition: 0, nextOffset: it.nextOffset }])
    },
  }
  return { it, watch: new CheckpointWatch(replica, { now: () => it.now }, timers) }
}

describe('waiting for a checkpoint', () => {
  it('ends when it has passed the position', async () => {
    const { it: replica, watch } = world()
    replica.onLook = () => {
      replica.nextOffset += 1
    }
    expect(await watch.shown([shows], at(4), 1_000)).toBe(true)
    expect(replica.nextOffset).toBe(5)
  })

  it('ends in vain when its time is over, also where the replica is away', async () => {
    const { it: replica, watch } = world()
    expect(await watch.shown([shows], at(4), 50)).toBe(false)
    replica.away = true
    expect(await watch.shown([shows], at(4), 100)).toBe(false)
  })

  it('waits for all of the models', async () => {
    const { it: replica, watch } = world()
    replica.nextOffset = 100
    expect(await watch.shown([shows, seats], at(4), 50)).toBe(false)
  })

  it('takes one look for all who wait, and none while nobody does', async () => {
    const { it: replica, watch } = world()
    replica.onLook = () => {
      replica.nextOffset = replica.looks
    }
    const waits = Array.from({ length: 500 }, () => watch.shown([shows], at(9), 10_000))
    expect(watch.waiting).toBe(500)
    expect(await Promise.all(waits)).toEqual(waits.map(() => true))
    expect(replica.looks).toBe(10)
    expect(watch.waiting).toBe(0)
    expect(await watch.shown([shows], at(9), 10_000)).toBe(true)
    expect(replica.looks).toBe(11)
  })
})
