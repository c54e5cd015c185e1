import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { type StartCursorOptions, startCursors } from './start-cursors.js'

const slept: number[] = []
const startWith = (answers: (object[] | Error)[]) => {
  let asked = 0
  let ended = false
  const pool = {
    async query() {
      const answer = answers[Math.min(asked, answers.length - 1)]
      asked += 1
      if (answer instanceof Error) throw answer
      return [answer, []]
    },
    async end() {
      ended = true
    },
  }
  const cursors = startCursors({
    sqlUrl: 'mysql://x/y',
    topic: 't',
    partitions: [0, 1],
    timers: { sleep: async (ms) => slept.push(ms) > 0 },
    logger: pino({ level: 'silent' }),
    tries: 3,
    open: () => pool as unknown as ReturnType<NonNullable<StartCursorOptions['open']>>,
  })
  return cursors.then((it) => ({ cursors: it, asked, ended }))
}
const beginning = [
  { partition: 0, offset: 0, claimId: null },
  { partition: 1, offset: 0, claimId: null },
]
const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })

test('the furthest checkpoint of each partition', async () => {
  const rows = [
    { partition_no: 1, next_offset: 5, claim_id: 'old' },
    { partition_no: 1, next_offset: 9, claim_id: 'new' },
    { partition_no: 7, next_offset: 9, claim_id: 'x' },
  ]
  expect(await startWith([rows])).toEqual({
    cursors: [beginning[0], { partition: 1, offset: 9, claimId: 'new' }],
    asked: 1,
    ended: true,
  })
})

test('the beginning where there is none, or no table yet', async () => {
  expect((await startWith([[]])).cursors).toEqual(beginning)
  const unknownTable = Object.assign(new Error('no table'), { code: 'ER_NO_SUCH_TABLE' })
  expect(await startWith([unknownTable])).toEqual({ cursors: beginning, asked: 1, ended: true })
})

test('a server that comes back is asked again; one that stays away costs a longer start, not the start', async () => {
  const rows = [{ partition_no: 0, next_offset: 3, claim_id: 'c' }]
  expect((await startWith([away, rows])).cursors[0]).toEqual({ partition: 0, offset: 3, claimId: 'c' })
  expect(await startWith([away])).toEqual({ cursors: beginning, asked: 3, ended: true })
})
