import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { joinedSignals } from './joined-signals.js'

describe('signals that are joined', () => {
  test('abort with the first of them, with its reason, and leave nothing with the others', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const joined = joinedSignals([one.signal, other.signal])
    expect(joined.aborted).toBe(false)
    let heard = 0
    joined.addEventListener('abort', () => heard++)
    other.abort('over')
    one.abort('too late')
    expect([joined.aborted, joined.reason, heard]).toEqual([true, 'over', 1])
    for (const { signal } of [one, other]) expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('are aborted from the start where one of them is', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    other.abort('before')
    const joined = joinedSignals([one.signal, other.signal])
    expect([joined.aborted, joined.reason]).toEqual([true, 'before'])
    expect(getEventListeners(one.signal, 'abort')).toEqual([])
  })
})
