import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { systemClock, systemTimers } from '@onsale/platform/ports'
import { PresenceWriter } from '@onsale/platform/presence'
import { openRedis } from '@onsale/platform/redis-views'
import { until } from './claims.js'
import { openRooms } from './rooms.js'
import { System } from './system.js'

let system: System
let rooms: Awaited<ReturnType<typeof openRooms>>
beforeAll(async () => {
  system = await System.open()
  rooms = await openRooms(system)
})
afterAll(() => rooms.journal.stop())

describe('the reactors', () => {
  it('are killed again and again while visitors buy: the room has heard of each once', async () => {
    const room = await rooms.schedule({ settings: { slots: 4, ratePerMinute: 600, admissionSeconds: 600 } })
    const boxOffice = await system.token('box-office-1', 'box-office')
    const bought: string[] = []
    const buy = async (who: string) => {
      const held = await room.reserve(who, await room.admitted(who))
      if (held.status !== 201) throw new Error(JSON.stringify(held.body))
      const { reservationId } = held.body
      const confirmed = await system.post('/api/tickets/confirm', boxOffice, { reservationId })
      if (confirmed.status !== 200) throw new Error(JSON.stringify(confirmed.body))
      bought.push(who)
    }
    const buying = Promise.all(Array.from({ length: 40 }, (_, n) => buy(`buyer-${n}`)))
    for (let kill = 1; kill <= 4; kill++) {
      await until(() => bought.length >= kill * 8)
      expect(system.stack.kill('reactors', 'SIGKILL')).toBe(true)
      await until(() => system.stack.pid('reactors') === null)
      await system.stack.restart('reactors', false)
    }
    await buying
    await until(() => room.events('AdmissionCompleted').length >= 40)
    const completed = room.events('AdmissionCompleted').map(({ data }) => data.customerId)
    expect(completed.sort()).toEqual([...bought].sort())
    await until(() => room.events('StockReported').at(-1)?.data.freePlaces === 30)
    expect(room.events('TermClaimed').length).toBeGreaterThan(1)
    expect((await auditStack(system.stack.connection, { againstReadModel: false })).violations).toEqual([])
  })

  it('drop who is silent for a grace period, and nobody when Redis has forgotten who was there', async () => {
    const graceMs = 3_000
    const room = await rooms.schedule({ opensInMs: 3_600_000, settings: { graceSeconds: graceMs / 1_000 } })
    const redis = openRedis({ url: system.stack.connection.variables.ONSALE_REDIS_URL as string, timeoutMs: 5_000 })
    const { env } = system.stack.connection
    const writer = new PresenceWriter({ redis, env, clock: systemClock, timers: systemTimers })
    writer.start()
    const entries = new Map<string, string>()
    for (const who of ['gone', 'here', 'unheard']) entries.set(who, (await room.as(who, 'enter')).body.entryId)
    const alive = new Set(['gone', 'here'])
    const stopping = new AbortController()
    const beating = (async () => {
      do {
        for (const who of alive)
          await writer.record(room.showId, entries.get(who) as string, Date.now()).catch(() => {})
      } while (await systemTimers.sleep(250, stopping.signal))
    })()
    const skipped = () => room.events('EntrySkipped').map(({ data }) => data)
    await until(async () => (await redis.exists(`onsale:${env}:presence:{${room.showId}}:seen`)) === 1)
    await systemTimers.sleep(500)
    alive.delete('gone')
    await until(() => skipped().length === 1)
    expect(skipped()[0]).toMatchObject({ entryId: entries.get('gone') })
    expect(skipped()[0].skippedAt - skipped()[0].lastSeenAt).toBeGreaterThanOrEqual(graceMs)

    await redis.flushall()
    const lostAt = Date.now()
    // Everybody is still there but for this one, of whom nothing was heard again since Redis forgot.
    alive.delete('here')
    alive.add('nobody')
    entries.set('nobody', `${room.showId}.999`)
    await systemTimers.sleep(3 * graceMs)
    expect(skipped()).toHaveLength(1)
    alive.add('here')
    await systemTimers.sleep(500)
    alive.delete('here')
    await until(() => skipped().length === 2)
    expect(skipped()[1].lastSeenAt).toBeGreaterThan(lostAt)
    expect(skipped()[1].skippedAt - lostAt).toBeGreaterThan(graceMs)
    stopping.abort()
    await beating
    await writer.stop()
    redis.disconnect()
    expect((await auditStack(system.stack.connection, { againstReadModel: false })).violations).toEqual([])
  })
})
