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
    const boxOffice = await system.client('box-office-1', 'box-office')
    const bought: string[] = []
    const buy = async (who: string) => {
      const visitor = await system.client(who)
      const areas = [{ area: 'floor', quantity: 1 }]
      const admission = await room.admitted(who)
      const held = await visitor.command('/api/tickets/reserve', { showId: room.showId, areas, admission })
      if (!held.accepted) throw new Error(JSON.stringify(held.body))
      const { reservationId } = held.body as { reservationId: string }
      const confirmed = await boxOffice.command('/api/tickets/confirm', { reservationId })
      if (!confirmed.accepted) throw new Error(JSON.stringify(confirmed.body))
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
    let beats = 0
    const beating = (async () => {
      do {
        for (const who of alive)
          await writer.record(room.showId, entries.get(who) as string, Date.now()).catch(() => {})
        beats++
      } while (await systemTimers.sleep(250, stopping.signal))
    })()
    const wholeBeat = async () => {
      const before = beats
      await until(() => beats > before + 1)
    }
    const skipped = () => room.events('EntrySkipped').map(({ data }) => data)
    await until(async () => (await redis.exists(`onsale:${env}:presence:{${room.showId}}:seen`)) === 1)
    await wholeBeat()
    alive.delete('gone')
    await until(() => skipped().length === 1)
    expect(skipped()[0]).toMatchObject({ entryId: entries.get('gone') })
    expect(skipped()[0].skippedAt - skipped()[0].lastSeenAt).toBeGreaterThanOrEqual(graceMs)

    // Everybody is still there but for this one, of whom nothing is heard again once Redis has forgotten.
    alive.delete('here')
    alive.add('nobody')
    entries.set('nobody', `${room.showId}.999`)
    await wholeBeat()
    await redis.flushall()
    const lostAt = Date.now()
    await systemTimers.sleep(3 * graceMs)
    expect(skipped()).toHaveLength(1)
    alive.add('here')
    await wholeBeat()
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
