import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { SnapshotTopic, topicNames } from '@onsale/platform/log'
import { createLogger } from '@onsale/platform/telemetry'
import { followJournal, until } from './claims.js'
import { comeAndGo } from './guests.js'
import { System } from './system.js'

const second = 'decider-standby'

describe('a partition changes hands', () => {
  let system: System
  let journal: Awaited<ReturnType<typeof followJournal>>
  let showId: string
  let partition: number

  /** A counter or gauge of a decider, for our partition; null where it has none. */
  const figure = async (name: string, metric: string, labels = ''): Promise<number | null> => {
    const { url } = (await system.stack.status()).find((one) => one.name === name) ?? { url: '' }
    const text = await fetch(`${url}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    )
    const line = text
      .split('\n')
      .find(
        (one) =>
          one.startsWith(`onsale_decider_${metric}{`) &&
          one.includes(`partition="${partition}"`) &&
          one.includes(labels),
      )
    return line ? Number(line.split(' ').at(-1)) : null
  }
  const owner = () => journal.ownerOf(partition)?.owner as string
  const other = () => (owner() === second ? 'decider' : second)
  const followed = () => until(async () => (await figure(other(), 'standby_behind_records')) === 0)

  beforeAll(async () => {
    system = await System.open()
    journal = await followJournal(system)
    await system.stack.startAnother(second, 'decider', { ONSALE_SNAPSHOT_RECORDS: '100' })
    showId = await system.newShow()
    partition = Number(showId.split('.')[0])
    await journal.caughtUp()
    await followed()
  })

  afterAll(async () => {
    await system.stack.stopAnother(second)
    // Alone in the group it is ready when it serves everything.
    await system.stack.restart('decider')
    await journal?.stop()
  })

  const countedWell = async (held: readonly string[]) => {
    const { violations, log } = await auditStack(system.stack.connection, { againstReadModel: true })
    expect(violations).toEqual([])
    const counted = log.audit.partitions.get(partition)?.shows.get(showId)?.reservations ?? new Map()
    for (const reservationId of held) expect(counted.get(reservationId)?.status).toBe('released')
  }

  it.each([
    ['killed', 'SIGKILL'],
    ['stopped', 'SIGTERM'],
  ] as const)(
    'its owner is %s under load: the standby goes on, and what was answered is in the log, once',
    async (_, signal) => {
      await followed()
      const guests = comeAndGo(system, showId, 6)
      await until(() => guests.released.length > 40)
      const [before, next] = [owner(), other()]
      expect(system.stack.kill(before, signal)).toBe(true)
      await until(() => owner() === next)
      const atTakeOver = guests.released.length
      await until(() => guests.released.length > atTakeOver + 40)
      await system.stack.restart(before)
      await followed()
      await guests.stop()
      await countedWell(guests.held)
    },
  )

  it('one that starts goes on from the newest snapshot that is whole and right', async () => {
    const guests = comeAndGo(system, showId, 6)
    await until(() => guests.released.length > 80)
    await guests.stop()
    const topic = new SnapshotTopic({
      kafka: journal.kafka,
      admin: journal.admin,
      topic: topicNames(system.stack.connection.env).snapshots,
      codec: journal.codec,
      logger: createLogger({ service: 'e2e', instance: 'e2e', level: 'silent' }),
    })
    await until(async () => (await topic.newest(partition)) !== null)
    // Either may be writing one still, the owner its own: that would stand behind ours, as the newest.
    const [last, next] = [owner(), other()]
    for (const name of [last, next]) system.stack.kill(name, 'SIGKILL')
    await until(() => [last, next].every((name) => system.stack.pid(name) === null))
    const newest = await topic.newest(partition)
    const wrong = async function* (): AsyncGenerator<Buffer, string> {
      yield Buffer.from('no state of anything')
      return newest?.foldHash ?? ''
    }
    await topic.write(partition, { ...newest!, snapshotId: 'wrong' }, wrong())
    await system.stack.restart(next)
    await until(async () => (await figure(next, 'serving')) === 1)
    const restored = await figure(next, 'snapshots_restored_total')
    expect(restored).toBeGreaterThan(0)
    // Each time that it had to begin, were it more than once.
    expect(await figure(next, 'snapshots_ignored_total', 'reason="broken"')).toBe(restored)
    await system.stack.restart(last)
    await followed()
    const [before, after] = [owner(), other()]
    system.stack.kill(before, 'SIGKILL')
    await until(() => owner() === after)
    await countedWell(guests.held)
    await system.stack.restart(before)
  })
})
