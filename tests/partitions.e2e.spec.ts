import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiClient, auditStack, type PartitionsStatus } from '@onsale/cli'
import { followJournal, until } from './claims.js'
import { comeAndGo } from './guests.js'
import { ofShows, ownership, sharedBy } from './ownership.js'
import { System } from './system.js'
import { onsale } from './terminal.js'

describe('./onsale partitions', () => {
  let system: System
  let dir: string
  let journal: Awaited<ReturnType<typeof followJournal>>
  const second = 'decider-2'

  beforeAll(async () => {
    system = await System.open()
    dir = system.stack.connection.dir
    journal = await followJournal(system)
    await system.stack.startAnother(second, 'decider')
  })
  afterAll(async () => {
    for (const partition of [0, 1]) await onsale(dir, 'partitions', 'move', `${partition}`, '--to', 'any')
    await onsale(dir, 'partitions', 'undrain', second)
    expect((await onsale(dir, 'partitions', 'new-shows', '--in', 'any')).code).toBe(0)
    await system.stack.stopAnother(second)
    await journal?.stop()
  })

  const list = () => ownership(system)
  const listed = async (holds: (it: PartitionsStatus) => boolean): Promise<PartitionsStatus> => {
    for (;;) {
      const now = await list()
      if (now.settled && holds(now)) return now
    }
  }
  const ownerOf = ({ partitions }: PartitionsStatus, partition: number) => partitions[partition]?.owner?.decider
  const standsBy = (name: string, partition: number) => (it: PartitionsStatus) =>
    it.deciders.some((one) => one.name === name && [...one.owned, ...one.standby].includes(partition))
  const audited = async () =>
    expect((await auditStack(system.stack.connection, { againstReadModel: true })).violations).toEqual([])

  it('says who owns what since when, as the log has it, and refuses what makes no sense in one line', async () => {
    await listed(sharedBy(2))
    const { partitions } = ofShows(JSON.parse((await onsale(dir, 'partitions', 'list', '--json')).out))
    await journal.caughtUp()
    for (const { partition, owner } of partitions) {
      const claim = journal.records.findLast((it) => it.type === 'OwnerClaimed' && it.partition === partition)
      expect(owner).toMatchObject({ decider: journal.ownerOf(partition)?.owner, since: claim?.appendedAt })
    }
    for (const [args, err] of [
      [['drain', 'nobody'], 'there is no decider nobody; there are decider, decider-2'],
      [['move', '99', '--to', second], `there is no partition 99; there are 0 to ${partitions.length - 1}`],
      [['move', 'x', '--to', second], 'partition: a number such as 0, not x'],
      [['move', '0', '--to', 'nobody'], 'there is no decider nobody; there are decider, decider-2'],
      [['undrain', second], 'decider-2 is not drained'],
      [
        ['add', '--to', '1'],
        `there are ${partitions.length} partitions: there can be more, never fewer (a show stays in its own)`,
      ],
      [['new-shows', '--in', '98'], `there is no partition 98; there are 0 to ${partitions.length - 1}`],
    ] as const)
      expect(await onsale(dir, 'partitions', ...args)).toMatchObject({ code: 2, err: `onsale: ${err}\n` })
  })

  it('moves a partition with a sale on it, drains a decider, and takes it back: late by less than a second, nothing lost', async () => {
    const showId = await system.newShow()
    const partition = Number(showId.split('.')[0])
    const guests = comeAndGo(system, showId, 4)
    await until(() => guests.released.length > 20)
    const first = ownerOf(await list(), partition) as string
    const other = first === second ? 'decider' : second
    await listed(standsBy(other, partition))

    const moved = await onsale(dir, 'partitions', 'move', `${partition}`, '--to', other, '--json')
    expect(JSON.parse(moved.out)).toMatchObject({
      moved: expect.arrayContaining([
        expect.objectContaining({ context: 'reservation', partition, from: first, to: other }),
      ]),
    })
    await listed(standsBy(first, partition))
    const atMove = guests.released.length
    await until(() => guests.released.length > atMove + 20)

    const drained = await onsale(dir, 'partitions', 'drain', other, '--json')
    expect(JSON.parse(drained.out).moved).toContainEqual({
      ...{ context: 'reservation', partition, from: other, to: first },
      ms: expect.any(Number),
    })
    expect((await onsale(dir, 'partitions', 'drain', first)).err).toBe(
      `onsale: ${first} is the only decider: nobody would serve\n`,
    )
    const doctor = JSON.parse((await onsale(dir, 'doctor', '--json')).out)
    expect(doctor.findings).toContainEqual(
      expect.objectContaining({
        check: 'owners',
        severity: 'warning',
        finding: expect.stringContaining(`${other} is drained`),
      }),
    )
    // It stays out, also when it starts again.
    await system.stack.restart(other)
    expect(await listed(({ drained }) => drained.length === 1)).toMatchObject({ deciders: [{ name: first }] })
    expect((await onsale(dir, 'partitions', 'undrain', other)).code).toBe(0)
    // The partition is to be there: it comes back by itself, once that is warm.
    await listed((it) => ownerOf(it, partition) === other)
    const atReturn = guests.released.length
    await until(() => guests.released.length > atReturn + 20)
    await guests.stop()
    await journal.caughtUp()

    const claims = journal.records.filter((it) => it.type === 'OwnerClaimed' && it.partition === partition)
    const silences = claims.slice(-3).map(({ offset }) => {
      const before = journal.records.findLast(
        (it) => it.partition === partition && it.offset < offset && it.commandOffset !== null,
      )
      const after = journal.records.find(
        (it) => it.partition === partition && it.offset > offset && it.commandOffset !== null,
      )
      return (after?.appendedAt ?? 0) - (before?.appendedAt ?? 0)
    })
    process.stdout.write(`hand-overs under load, ms without an answer: ${silences.join(', ')}\n`)
    await audited()
  })

  it('adds a partition while a sale runs: the old show goes on, a new one lands there and sells', async () => {
    const oldShow = await system.newShow()
    const guests = comeAndGo(system, oldShow, 4)
    await until(() => guests.released.length > 10)
    const before = (await list()).partitions.length
    const to = before + 1
    const dry = await onsale(dir, 'partitions', 'add', '--to', `${to}`, '--dry-run')
    expect(dry.out).toContain(`reservation.commands: ${before} → ${to} partitions`)
    expect((await list()).partitions).toHaveLength(before)
    expect((await onsale(dir, 'partitions', 'add', '--to', `${to}`)).code).toBe(0)
    expect((await onsale(dir, 'partitions', 'add', '--to', `${to}`)).err).toBe(
      `onsale: there are ${to} partitions already\n`,
    )
    await listed((it) => it.partitions.length === to && ownerOf(it, before) !== undefined)

    const newShow = await newShowIn(before)
    const buyer: ApiClient = await system.client('a-buyer')
    const held = await buyer.command('/api/tickets/reserve', { showId: newShow, seats: ['A-1'] })
    expect(held.accepted).toBe(true)
    const { position } = held.body as { position: string }
    let seats = await system.call('GET', `/api/shows/${newShow}/seats?only=status&position=${position}`)
    while (seats.status === 503)
      seats = await system.call('GET', `/api/shows/${newShow}/seats?only=status&position=${position}`)
    expect(seats.body.status.startsWith('hf')).toBe(true)
    const atAdd = guests.released.length
    await until(() => guests.released.length > atAdd + 20)
    await guests.stop()
    await audited()
  })

  /** The API hears of it within a moment. */
  async function newShowIn(partition: number): Promise<string> {
    for (;;) {
      const showId = await system.newShow()
      if (Number(showId.split('.')[0]) === partition) return showId
    }
  }
})
