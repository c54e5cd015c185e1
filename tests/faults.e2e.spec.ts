import { PassThrough } from 'node:stream'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { runDemo } from '@onsale/cli'
import { roundHall } from '@onsale/domain'
import { System } from './system.js'

/** Where the demo draws: nobody looks. */
const nowhere = () => Object.assign(new PassThrough().resume(), { isTTY: false }) as unknown as NodeJS.WriteStream

describe('a sale with kill -9 in the middle of it', () => {
  let system: System

  beforeAll(async () => {
    system = await System.open()
  })

  const sell = (kill: string[], seed: number) =>
    runDemo({
      stack: system.stack as Parameters<typeof runDemo>[0]['stack'],
      plan: roundHall({ seats: 240 }),
      buyers: 600,
      seed,
      kill,
      out: nowhere(),
    })

  it.each([
    [['decider'], 1],
    [['command-api'], 2],
    [['projectors'], 3],
    [['decider', 'command-api', 'projectors'], 4],
  ])('of %j loses nothing, oversells nothing, and the read model is the log', async (kill, seed) => {
    const result = await sell(kill, seed)
    expect(result.kills.map(({ process }) => process)).toEqual(kill)
    expect(result).toMatchObject({
      capacity: 240,
      sold: 240,
      free: 0,
      held: 0,
      oversold: 0,
      buyers: 600,
      answered: 600,
      lost: 0,
      readModelEqualsLog: true,
      objections: [],
    })
  })
})
