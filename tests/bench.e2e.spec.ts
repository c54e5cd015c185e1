import { beforeAll, describe, expect, it } from '@jest/globals'
import { System } from './system.js'
import { onsale } from './terminal.js'

describe('./onsale bench reserve', () => {
  let dir: string
  beforeAll(async () => {
    dir = (await System.open()).stack.connection.dir
  })

  it('measures ours and every peer in one run, and ends with the line that the documents quote', async () => {
    const short = ['--running', '--seconds', '0.4', '--rounds', '1', '--connections', '8', '--shows', '4']
    const { out, err, code } = await onsale(dir, 'bench', 'reserve', '--json', ...short)
    expect({ code, err }).toMatchObject({ code: 0 })
    const summary = JSON.parse(out.trimEnd().split('\n').at(-1) as string)
    const figures = {
      perSecond: expect.any(Number),
      p50Ms: expect.any(Number),
      p99Ms: expect.any(Number),
      cpuMicros: expect.objectContaining({ 'command-api': expect.any(Number), decider: expect.any(Number) }),
    }
    const ratio = { '8': expect.any(Number) }
    expect(summary).toEqual({
      ratio: {
        forUpdate: ratio,
        forUpdateEqualDurability: ratio,
        conditional: ratio,
        conditionalEqualDurability: ratio,
        procedure: ratio,
        procedureEqualDurability: ratio,
        redis: ratio,
      },
      ours: { '8': figures },
      openLoop500: { p50Ms: expect.any(Number), p99Ms: expect.any(Number) },
      writePathOnly: { '8': figures },
      hotVsSpread: expect.any(Number),
      caughtUp: expect.any(Boolean),
      oversold: 0,
    })
    // Nobody may have been measured by answers that were none.
    expect(err).not.toContain('others')
    for (const each of Object.values<Record<string, number>>(summary.ratio)) expect(each['8']).toBeGreaterThan(0)
  })

  it('says what is wrong with its options in one line', async () => {
    for (const [option, value] of [
      ['--seconds', '0'],
      ['--connections', '16,x'],
      ['--rounds', '-1'],
    ] as const) {
      const { err, code } = await onsale(dir, 'bench', 'reserve', option, value)
      expect(code).toBe(2)
      expect(err.trimEnd().split('\n')).toHaveLength(1)
      expect(err).toContain(option)
    }
  })
})
