import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createKafka, topicNames } from '@onsale/platform/log'
import { openRedis, ownKey, versionPrefix } from '@onsale/platform/redis-views'
import { openPool } from '@onsale/platform/sql'
import { createLogger } from '@onsale/platform/telemetry'
import { until } from './claims.js'
import { sale } from './sale-and-polls.js'
import { System } from './system.js'
import { onsale } from './terminal.js'

interface Finding {
  check: string
  severity: 'ok' | 'warning' | 'critical'
  finding: string
  advice: string
}

/** What other suites leave parked, and how full this machine's disk is, is not the matter here. */
const ofThisMachine = ['parked', 'disk']

const view = { projection: 'seat_map', partition: 0 }

describe('./onsale doctor', () => {
  let system: System
  let dir: string
  let pool: ReturnType<typeof openPool>
  let admin: ReturnType<ReturnType<typeof createKafka>['admin']>
  let redis: ReturnType<typeof openRedis>
  let env: string
  let showId: string
  let topics: ReturnType<typeof topicNames>

  beforeAll(async () => {
    system = await System.open()
    const { connection } = system.stack
    dir = connection.dir
    env = connection.env
    redis = openRedis({ url: connection.variables.ONSALE_REDIS_URL ?? '', timeoutMs: 5_000 })
    topics = topicNames(connection.env)
    pool = openPool({ url: connection.variables.ONSALE_SQL_PRIMARY_URL ?? '', connections: 1 })
    const logger = createLogger({ service: 'e2e', instance: 'e2e', level: 'silent' })
    const brokers = (connection.variables.ONSALE_KAFKA_BROKERS ?? '').split(',')
    admin = createKafka({ brokers, clientId: 'doctor-spec' }, logger).admin()
    await admin.connect()
    showId = await system.newShow()
  })
  afterAll(async () => {
    await admin?.disconnect()
    await pool?.end()
    redis?.disconnect()
  })

  const doctor = async () => {
    const { out, code } = await onsale(dir, 'doctor', '--json')
    return { findings: (JSON.parse(out) as { findings: Finding[] }).findings, code }
  }
  const messageBytes = (value: string) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: topics.plans, configEntries: [{ name: 'max.message.bytes', value }, ...kept] }],
    })
  const kept = [
    { name: 'retention.ms', value: '-1' },
    { name: 'retention.bytes', value: '-1' },
    { name: 'cleanup.policy', value: 'delete' },
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'min.insync.replicas', value: '1' },
  ]

  it('finds nothing on a healthy system with a sale running, and has looked at everything', async () => {
    const guests = sale(system, showId, 4)
    await until(() => guests.count() > 20)
    const { findings } = await doctor()
    await guests.stop()
    const wrong = findings.filter(({ check, severity }) => severity !== 'ok' && !ofThisMachine.includes(check))
    expect(wrong).toEqual([])
    expect([...new Set(findings.map(({ check }) => check))]).toEqual([
      ...['processes', 'topics', 'schemas', 'sql-replication', 'redis-replication', 'clocks', 'disk', 'owners'],
      ...['checkpoints', 'versions', 'views', 'parked'],
    ])
  })

  it('names each of nine planted faults, says what to do, and ends with 3', async () => {
    await messageBytes('1048587')
    await pool.query('CREATE TABLE shows_v77 (n INT)')
    await pool.query(
      `INSERT INTO projection_version (projection, version, revision, state, paused, created_at, created_by)
       VALUES ('shows', 78, 1, 'building', 1, 0, 'spec')`,
    )
    await pool.query(
      `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, updated_at)
       VALUES ('shows', 78, ?, 0, 1000000000, 0)`,
      [topics.events],
    )
    await pool.query(
      `INSERT INTO parked_stream (projection, version, topic, partition_no, stream, first_offset, reason, detail, missing, parked_at)
       VALUES ('shows', 78, ?, 0, 'a-planted-stream', 5, 'stream-gap', '', 3, 0)`,
      [topics.events],
    )
    await redis.hset(versionPrefix(env, view, 77) + ownKey.checkpoint, { next: 1, at: 0 })
    const ahead = { next: await redis.hget(versionPrefix(env, view, 1) + ownKey.checkpoint, 'next') }
    await redis.hset(versionPrefix(env, view, 1) + ownKey.checkpoint, { next: 1_000_000_000 })
    system.stack.kill('decider', 'SIGKILL')
    system.stack.kill('redis-replica', 'SIGKILL')
    await until(() => system.stack.pid('decider') === null && system.stack.pid('redis-replica') === null)
    try {
      const { findings, code } = await doctor()
      expect(code).toBe(3)
      const named = (check: string, severity: Finding['severity'], finding: RegExp, advice: RegExp) =>
        expect(findings).toContainEqual({
          check,
          severity,
          finding: expect.stringMatching(finding),
          advice: expect.stringMatching(advice),
        })
      named('topics', 'critical', /venue\.plans: max\.message\.bytes should be 1048588, is 1048587/, /kafka-configs/)
      named('versions', 'warning', /the table shows_v77 belongs to no version of shows/, /DROP TABLE shows_v77/)
      named('versions', 'warning', /version 78 of shows is being built and paused/, /resume shows, or cancel/)
      named(
        'checkpoints',
        'critical',
        /shows version 78 in partition 0 is at 1000000000, the log ends at/,
        /cancel shows/,
      )
      named(
        'parked',
        'warning',
        /parked in shows version 78, a-planted-stream first; 3 events are missing/,
        /parked show/,
      )
      named('views', 'warning', /Redis has keys of version 77 of seat_map, which there is not/, /redis-cli --scan/)
      named(
        'views',
        'critical',
        /seat_map version 1 in partition 0 is at 1000000000, the log ends at/,
        /rebuild seat_map/,
      )
      named('processes', 'critical', /decider does not run/, /logs decider/)
      named('owners', 'critical', /nobody serves partition 0: /, /does a decider run/)
      named('owners', 'critical', /nobody serves partition 0 of the queue: /, /does a decider run/)
      named('redis-replication', 'warning', /the Redis replica does not answer/, /onsale up/)
    } finally {
      await messageBytes('1048588')
      await redis.unlink(versionPrefix(env, view, 77) + ownKey.checkpoint)
      await redis.hset(versionPrefix(env, view, 1) + ownKey.checkpoint, ahead)
      await pool.query('DROP TABLE shows_v77')
      await onsale(dir, 'projections', 'cancel', 'shows')
      await system.stack.restart('redis-replica')
      await system.stack.restart('decider')
    }
    expect(
      (await doctor()).findings.filter(({ check, severity }) => severity !== 'ok' && !ofThisMachine.includes(check)),
    ).toEqual([])
  })
})
