import { describe, expect, it } from '@jest/globals'
import { DraftBytes } from './draft-bytes.js'

const write = (text: string) => (memory: Buffer) => memory.subarray(0, memory.write(text))
const microtask = () => Promise.resolve()

describe('memory that requests are written to', () => {
  it('is given again once it was copied', async () => {
    const drafts = new DraftBytes()
    const first = drafts.lent(write('one'))
    expect(String(first.buffer)).toBe('one')
    await microtask()
    const second = drafts.lent(write('two'))
    expect(second.buf.buffer).toBe(first.buf.buffer)
    expect(String(second.buffer)).toBe('two')
  })

  it('is nobody else’s until then, however many write at a time', async () => {
    const drafts = new DraftBytes()
    const texts = Array.from({ length: 9 }, (_, at) => `request ${at}`)
    const lent = texts.map((text) => drafts.lent(write(text)))
    await microtask()
    expect(lent.map((draft) => String(draft.buffer))).toEqual(texts)
  })

  it('is not read a second time: it may be another’s by then', () => {
    const draft = new DraftBytes().lent(write('one'))
    expect(String(draft.buffer)).toBe('one')
    expect(() => draft.buffer).toThrow('read once')
  })

  it('is kept where it had to grow, but not where it is very large', async () => {
    const drafts = new DraftBytes()
    const grown = Buffer.allocUnsafeSlow(200_000)
    expect(drafts.lent(() => grown).buffer.length).toBe(200_000)
    await microtask()
    const again = drafts.lent(write('x'))
    expect(again.buf.buffer).toBe(grown.buffer)
    const huge = Buffer.allocUnsafeSlow(3 * 1024 * 1024)
    expect(drafts.lent(() => huge).buffer.length).toBe(huge.length)
    await microtask()
    expect(drafts.lent(write('x')).buf.buffer).not.toBe(huge.buffer)
  })
})
