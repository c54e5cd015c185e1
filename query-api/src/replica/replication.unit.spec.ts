import { describe, expect, it } from '@jest/globals'
import type { Pool } from 'mysql2/promise'
import { replicationOf } from './replication.js'

const server = (status: object | null | 'denied', slaveRunning?: string): Pool =>
  ({
    async query(sql: string) {
      if (sql.startsWith('SHOW GLOBAL')) return [slaveRunning === undefined ? [] : [{ Value: slaveRunning }]]
      if (status === 'denied') throw Object.assign(new Error('denied'), { code: 'ER_SPECIFIC_ACCESS_DENIED_ERROR' })
      return [status ? [status] : []]
    },
  }) as unknown as Pool

describe('replication', () => {
  it.each([
    ['MariaDB', { Slave_IO_Running: 'Yes', Slave_SQL_Running: 'Yes', Seconds_Behind_Master: 2 }, true, false, 2],
    ['MySQL', { Replica_IO_Running: 'Yes', Replica_SQL_Running: 'Yes', Seconds_Behind_Source: 0 }, true, false, 0],
    [
      'a lost primary',
      { Slave_IO_Running: 'Connecting', Slave_SQL_Running: 'Yes', Seconds_Behind_Master: null },
      false,
      true,
      null,
    ],
    [
      'a failed event',
      { Replica_IO_Running: 'Yes', Replica_SQL_Running: 'No', Seconds_Behind_Source: null },
      false,
      false,
      null,
    ],
    [
      'a lost primary and a failed event',
      { Slave_IO_Running: 'Connecting', Slave_SQL_Running: 'No', Seconds_Behind_Master: null },
      false,
      false,
      null,
    ],
  ])('%s', async (_, status, running, retrying, behindSeconds) => {
    expect(await replicationOf(server(status))).toMatchObject({ running, retrying, behindSeconds })
  })

  it.each([
    ['ON', true],
    ['OFF', false],
    [undefined, true],
  ])('without the right to ask, Slave_running %s is what is known', async (value, running) => {
    expect(await replicationOf(server('denied', value))).toMatchObject({ running })
  })

  it('a server that follows nobody is taken as it is', async () => {
    expect(await replicationOf(server(null))).toMatchObject({ running: true })
  })
})
