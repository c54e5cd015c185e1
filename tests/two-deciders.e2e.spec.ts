import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { header } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import { followJournal, until } from './claims.js'
import { comeAndGo } from './guests.js'
import { ownership, sharedBy } from './ownership.js'
import { System } from './system.js'

describe('two deciders for one partition', () => {
  let system: System
  let journal: Awaited<ReturnType<typeof followJournal>>
  let showId: string
  let partition: number

  const shared = () => until(async () => sharedBy(2)(await ownership(system)))

  beforeAll(async () => {
    system = await System.open()
    journal = await followJournal(system)
    await system.stack.startAnother('decider-2', 'decider')
    await shared()
    // A show in a partition of the first.
    do {
      showId = await system.newShow()
      partition = Number(showId.split('.')[0])
      await journal.caughtUp()
    } while (journal.ownerOf(partition)?.owner !== 'decider')
  })

  afterAll(async () => {
    system.stack.kill('decider', 'SIGCONT')
    await system.stack.stopAnother('decider-2')
    await journal.stop()
  })

  const audited = () => auditStack(system.stack.connection, { againstReadModel: true })

  it('the first sleeps past its session, the second takes over, the first wakes: every answer is in the log, once', async () => {
    const guests = comeAndGo(system, showId, 8)
    const first = journal.ownerOf(partition)
    await until(() => guests.released.length > 50)
    expect(system.stack.kill('decider', 'SIGSTOP')).toBe(true)
    await until(() => journal.ownerOf(partition)?.owner === 'decider-2')
    const atTakeOver = guests.released.length
    await until(() => guests.released.length > atTakeOver + 50)
    expect(system.stack.kill('decider', 'SIGCONT')).toBe(true)
    const atWaking = guests.released.length
    await until(() => guests.released.length > atWaking + 50)
    const bothReady = async () =>
      (await system.stack.status()).filter(({ name, ready }) => /^decider(-2)?$/.test(name) && ready).length === 2
    await until(bothReady)
    await guests.stop()

    expect(first?.owner).toBe('decider')
    const { violations, log } = await audited()
    expect(violations).toEqual([])
    const counted = log.audit.partitions.get(partition)?.shows.get(showId)
    expect([...(counted?.reservations.keys() ?? [])].sort()).toEqual([...guests.held].sort())
    expect([...(counted?.reservations.values() ?? [])].every(({ status }) => status === 'released')).toBe(true)
  })

  it('what the first would append under its old claim means nothing to any reader', async () => {
    await shared()
    await journal.caughtUp()
    const claims = journal.records.filter((record) => record.type === 'OwnerClaimed' && record.partition === partition)
    const [stale, inForce] = claims.slice(-2)
    expect(stale?.claimId).not.toBe(inForce?.claimId)
    const version = journal.records.findLast(({ subject }) => subject === showId)?.streamVersion ?? 0
    const before = await audited()
    const ignoredBefore = journal.ignored()

    const reservationId = `${showId}.${randomUUID()}`
    const now = Date.now()
    const producer = journal.kafka.producer()
    await producer.connect()
    await producer.send({
      topic: journal.topic,
      messages: [
        {
          partition,
          key: showId,
          headers: {
            [header.id]: randomUUID(),
            [header.type]: recordName.SeatsHeld,
            [header.subject]: showId,
            [header.time]: new Date(now).toISOString(),
            [header.claimId]: stale?.claimId ?? '',
            [header.streamVersion]: String(version + 1),
          },
          value: journal.codec.encode(recordName.SeatsHeld, {
            showId,
            reservationId,
            customerId: 'ghost',
            seats: [{ seat: 'A-5', category: 'best', priceMinor: 99_000 }],
            areas: [],
            currency: 'KRW',
            totalMinor: 99_000,
            heldAt: now,
            expiresAt: now + 600_000,
          }),
        },
      ],
    })
    await producer.disconnect()
    await journal.caughtUp()

    expect(journal.ignored()).toBe(ignoredBefore + 1)
    const held = await system.post('/api/tickets/reserve', await system.token('real'), { showId, seats: ['A-5'] })
    expect(held.status).toBe(201)
    const seats = await system.call('GET', `/api/shows/${showId}/seats?only=status&position=${held.body.position}`)
    expect(seats.body.status).toBe('ffffhfffffffffffffff')
    const ghost = await system.call('GET', `/api/tickets/status?reservationId=${reservationId}`, {
      token: await system.token('ghost'),
      headers: { 'onsale-position': held.body.position },
    })
    expect(ghost.status).toBe(404)
    const after = await audited()
    expect(after.violations).toEqual([])
    expect(after.ignoredStale).toBe(before.ignoredStale + 1)
  })
})
