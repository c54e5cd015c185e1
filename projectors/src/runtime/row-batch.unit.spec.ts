import { describe, expect, it } from '@jest/globals'
import { RowBatch } from './row-batch.js'
import { defineTable } from './table.js'

interface Account {
  id: string
  name: string
  balance: number
}
const accounts = defineTable<Account>()({
  name: 'accounts',
  key: ['id'],
  columns: ['id', 'name', 'balance'],
  madeFrom: null,
  layout: '',
})
const row = (id: string, balance: number): Account => ({ id, name: id.toUpperCase(), balance })

function changesOf(fill: (rows: RowBatch) => void) {
  const rows = new RowBatch()
  fill(rows)
  return [...rows.byTable()].flatMap(({ changes }) => changes)
}

describe('a batch of rows', () => {
  it('merges what happens to one row, in the order in which it happens', () => {
    expect(
      changesOf((rows) => {
        rows.put(accounts, row('a', 1))
        rows.add(accounts, { id: 'a' }, { balance: 5 })
        rows.update(accounts, { id: 'a' }, { name: 'new' })
      }),
    ).toEqual([{ key: ['a'], change: { kind: 'put', row: { id: 'a', name: 'new', balance: 6 } } }])
  })

  it('sets and increases columns of a row that it has not seen', () => {
    expect(
      changesOf((rows) => {
        rows.add(accounts, { id: 'a' }, { balance: 5 })
        rows.add(accounts, { id: 'a' }, { balance: -2 })
        rows.update(accounts, { id: 'a' }, { name: 'new' })
      }),
    ).toEqual([{ key: ['a'], change: { kind: 'change', set: { name: 'new' }, add: { balance: 3 } } }])
  })

  it('a set after an increase forgets the increase, an increase after a set adds to it', () => {
    expect(
      changesOf((rows) => {
        rows.add(accounts, { id: 'a' }, { balance: 5 })
        rows.update(accounts, { id: 'a' }, { balance: 1 })
        rows.add(accounts, { id: 'a' }, { balance: 2 })
      }),
    ).toEqual([{ key: ['a'], change: { kind: 'change', set: { balance: 3 }, add: {} } }])
  })

  it('gives the rows in the order of their keys', () => {
    const keys = changesOf((rows) => {
      for (const id of ['c', 'a', 'b']) rows.put(accounts, row(id, 0))
    }).map(({ key }) => key[0])
    expect(keys).toEqual(['a', 'b', 'c'])
  })

  it('counts rows, not changes', () => {
    const rows = new RowBatch()
    rows.put(accounts, row('a', 0))
    rows.add(accounts, { id: 'a' }, { balance: 1 })
    rows.add(accounts, { id: 'b' }, { balance: 1 })
    expect(rows.size).toBe(2)
  })

  it('a row that lacks a column, or a key, is a mistake', () => {
    const rows = new RowBatch()
    expect(() => rows.put(accounts, { id: 'a', name: 'A' } as Account)).toThrow('without balance')
    expect(() => rows.add(accounts, {} as Account, { balance: 1 })).toThrow('key')
  })

  it('a row that accumulates is not updated', () => {
    const rows = new RowBatch()
    rows.accumulate(accounts, { id: 'a' }, { balance: 1 })
    expect(() => rows.update(accounts, { id: 'a' }, { name: 'x' })).toThrow('after its accumulate')
    rows.update(accounts, { id: 'b' }, { name: 'x' })
    expect(() => rows.accumulate(accounts, { id: 'b' }, { balance: 1 })).toThrow('accumulated')
  })

  it('a failed attempt leaves no trace', () => {
    const fill = (rows: RowBatch) => {
      rows.put(accounts, row('a', 1))
      rows.add(accounts, { id: 'b' }, { balance: 1 })
    }
    const rows = new RowBatch()
    fill(rows)
    const attempt = () =>
      rows.attempt(() => {
        rows.add(accounts, { id: 'a' }, { balance: 5 })
        rows.update(accounts, { id: 'b' }, { balance: 7, name: 'x' })
        rows.remove(accounts, { id: 'b' })
        rows.put(accounts, row('c', 1))
        throw new Error('no')
      })
    expect(attempt).toThrow('no')
    expect([...rows.byTable()].flatMap(({ changes }) => changes)).toEqual(changesOf(fill))
    expect(rows.size).toBe(2)
    rows.attempt(() => rows.add(accounts, { id: 'a' }, { balance: 5 }))
    expect(changesOf(fill)[0]).not.toEqual([...rows.byTable()][0]?.changes[0])
  })

  it('a row that is removed is gone, until it is put anew', () => {
    expect(
      changesOf((rows) => {
        rows.put(accounts, row('a', 1))
        rows.remove(accounts, { id: 'a' })
        rows.remove(accounts, { id: 'b' })
        rows.put(accounts, row('b', 2))
      }).map(({ change }) => change.kind),
    ).toEqual(['remove', 'put'])
    const rows = new RowBatch()
    rows.remove(accounts, { id: 'a' })
    expect(() => rows.update(accounts, { id: 'a' }, { name: 'x' })).toThrow('remove')
  })
})
