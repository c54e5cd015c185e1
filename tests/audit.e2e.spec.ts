import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openPool } from '@onsale/platform/sql'
import { plantLog } from '../cli/src/audit/testing/plant.js'
import { planted } from '../cli/src/audit/testing/planted.js'
import { invariants } from '../cli/src/audit/violation.js'
import { followJournal, until } from './claims.js'
import { System } from './system.js'
import { onsale } from './terminal.js'

describe('./onsale audit', () => {
  let system: System
  let dir: string
  let env: string
  let remove: () => Promise<void>

  beforeAll(async () => {
    system = await System.open()
    dir = system.stack.connection.dir
    env = `planted-${randomUUID().slice(0, 8)}`
    const journal = await followJournal(system)
    remove = await plantLog(journal.kafka, journal.codec, env)
    await journal.stop()
  })

  afterAll(() => remove())

  it('finds nothing wrong with what the system did, in the log and on the replica', async () => {
    const { out, code } = await onsale(dir, 'audit', '--json', '--against-read-model')
    expect(JSON.parse(out)).toMatchObject({ violations: [], gaps: 0 })
    expect(code).toBe(0)
  })

  it('names every mistake that was planted in a log, and ends with 1', async () => {
    const { out, code } = await onsale(dir, 'audit', '--json', '--env', env)
    expect(code).toBe(1)
    const { violations } = JSON.parse(out) as { violations: { invariant: string; partition: number }[] }
    for (const [partition, { invariant, also = [] }] of planted.entries()) {
      const named = violations.filter((violation) => violation.partition === partition).map((it) => it.invariant)
      expect([...new Set(named)].sort()).toEqual(invariant === null ? [] : [invariant, ...also].sort())
    }
    const found = new Set(violations.map(({ invariant }) => invariant))
    const ofTheLog = Object.keys(invariants).filter((name) => !name.startsWith('read-model'))
    expect([...found].sort()).toEqual(ofTheLog.sort())
  })

  it('names what was changed on the replica behind the projectors, and ends with 1', async () => {
    const showId = await system.newShow()
    const token = await system.token('alice')
    const held = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-1'] })
    const { ONSALE_SQL_PRIMARY_URL, ONSALE_SQL_REPLICA_URL } = system.stack.connection.variables
    const primary = openPool({ url: ONSALE_SQL_PRIMARY_URL as string, connections: 1 })
    const replica = openPool({ url: ONSALE_SQL_REPLICA_URL as string, connections: 1 })
    const change = async (status: string) => {
      // The seats of the show may be on their way.
      await until(async () => {
        const update = "UPDATE seats_v1 SET status = ? WHERE show_id = ? AND seat_id = 'A-2'"
        const [result] = await primary.query(update, [status, showId])
        return (result as { affectedRows: number }).affectedRows === 1
      })
      // Of the replica itself: the query API keeps a seat map until its show's next event, and of this change there is none.
      await until(async () => {
        const [rows] = await replica.query("SELECT status FROM seats_v1 WHERE show_id = ? AND seat_id = 'A-2'", [
          showId,
        ])
        return (rows as { status: string }[])[0]?.status === status
      })
    }
    await system.call('GET', `/api/shows/${showId}`, { headers: { 'onsale-position': held.body.position } })
    await change('sold')
    const { out, code } = await onsale(dir, 'audit', '--json', '--against-read-model').finally(() => change('free'))
    await Promise.all([primary.end(), replica.end()])
    expect(code).toBe(1)
    expect(JSON.parse(out).violations).toEqual([
      {
        invariant: 'read-model-differs',
        journal: 'reservation',
        show: showId,
        partition: Number(showId.split('.')[0]),
        offset: expect.any(Number),
        detail: `seat ${showId} A-2: the read model says sold, the log says free`,
      },
    ])
  })

  it('says so where the read model does not reach the end of the log, and ends with 1', async () => {
    const showId = await system.newShow()
    system.stack.kill('projectors', 'SIGSTOP')
    const held = await system.post('/api/tickets/reserve', await system.token('bob'), { showId, seats: ['A-1'] })
    const { out, code } = await onsale(dir, 'audit', '--json', '--against-read-model', '--wait', '1s').finally(() =>
      system.stack.kill('projectors', 'SIGCONT'),
    )
    expect(held.status).toBe(201)
    expect(code).toBe(1)
    const { violations } = JSON.parse(out) as { violations: { invariant: string }[] }
    expect(new Set(violations.map(({ invariant }) => invariant))).toEqual(new Set(['read-model-behind']))
  })

  it('ends with 2 and one line where there is nothing to audit', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'onsale-nothing-'))
    expect(await onsale(nowhere, 'audit')).toEqual({
      out: '',
      err: 'onsale: nothing was started here; ./onsale up\n',
      code: 2,
    })
    const { err, code } = await onsale(dir, 'audit', '--env', 'no-such-environment')
    expect(code).toBe(2)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})
