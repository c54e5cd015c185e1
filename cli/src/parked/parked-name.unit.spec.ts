import { describe, expect, it } from '@jest/globals'
import { CommandError } from '../command.js'
import { eventOffset, operatorId, parkedName, placeName, reasonCode } from './parked-name.js'

describe('what an operator means', () => {
  it('is a command by where it lay, or a stream by its id', () => {
    expect(parkedName('1/42')).toEqual({ kind: 'command', place: { of: 'reservation', partition: 1, offset: 42 } })
    expect(parkedName('queue/1/42')).toEqual({ kind: 'command', place: { of: 'queue', partition: 1, offset: 42 } })
    expect(placeName({ of: 'queue', partition: 1, offset: 42 })).toBe('queue/1/42')
    expect(placeName({ of: 'reservation', partition: 1, offset: 42 })).toBe('1/42')
    expect(parkedName('1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f')).toEqual({
      kind: 'stream',
      stream: '1.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f',
    })
  })

  it.each([
    '',
    ' ',
    '1/',
    '/4',
    '01/4',
    '1/4/2',
    '1/-4',
    '1/4.5',
    '99999/1',
    'queue/1',
    'room/1/2',
    '1/99999999999999999',
  ])('is neither: %j', (text) => {
    expect(() => parkedName(text)).toThrow(CommandError)
    expect(() => parkedName(text)).toThrow(expect.objectContaining({ exitCode: 2 }))
  })

  it.each([
    [operatorId, 'ops-1', 'Jane Doe'],
    [operatorId, 'a'.repeat(64), 'a'.repeat(65)],
    [reasonCode, 'not-ours', 'It is not ours'],
    [reasonCode, 'a'.repeat(64), 'a'.repeat(65)],
    [eventOffset, '0', '-1'],
    [eventOffset, '17', '1e3'],
  ])('%p takes %j, not %j', (read, good, bad) => {
    expect(`${read(good)}`).toBe(good)
    expect(() => read(bad)).toThrow(expect.objectContaining({ exitCode: 2 }))
  })
})
