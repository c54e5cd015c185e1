import { randomUUID } from 'node:crypto'
import { header, topicNames } from '@onsale/platform/log'
import { recordName, schemas } from '@onsale/schemas'
import type { followJournal } from './claims.js'
import type { System } from './system.js'

type Journal = Awaited<ReturnType<typeof followJournal>>

/** Writes into the events topic as no decider of ours would: by a plain producer, under the claim in force, with the stream's next versions. */
export class RawEvents {
  private constructor(
    private readonly system: System,
    private readonly journal: Journal,
    private readonly producer: ReturnType<Journal['kafka']['producer']>,
  ) {}

  static async open(system: System, journal: Journal): Promise<RawEvents> {
    const producer = journal.kafka.producer()
    await producer.connect()
    return new RawEvents(system, journal, producer)
  }

  close(): Promise<void> {
    return this.producer.disconnect()
  }

  /** @returns the offset of the first one */
  async append(showId: string, events: { type: string; value: Buffer }[]): Promise<number> {
    await this.journal.caughtUp()
    const partition = Number(showId.split('.')[0])
    const own = this.journal.records.filter(({ subject }) => subject === showId)
    const last = Math.max(0, ...own.map(({ streamVersion }) => streamVersion ?? 0))
    const claimId = this.journal.ownerOf(partition)?.claimId ?? ''
    const [answer] = await this.producer.send({
      topic: topicNames(this.system.stack.connection.env).events,
      acks: -1,
      messages: events.map(({ type, value }, at) => ({
        ...{ partition, key: showId, value },
        headers: {
          [header.specVersion]: '1.0',
          [header.id]: randomUUID(),
          [header.type]: `onsale.reservation.events.${type}`,
          [header.source]: 'raw',
          [header.subject]: showId,
          [header.streamVersion]: String(last + 1 + at),
          [header.claimId]: claimId,
        },
      })),
    })
    return Number(answer?.baseOffset)
  }

  /** A hold, written with a later version of its schema, which the registry doesn't know before `register`; and what lets it go. */
  async holdOfLaterSchema(showId: string, reservationId: string, seat: string) {
    const named = { showId, reservationId, customerId: 'raw' }
    const heldAt = Date.now()
    const held = this.journal.codec.encode(recordName.SeatsHeld, {
      ...named,
      seats: [{ seat, category: 'best', priceMinor: 99_000 }],
      ...{ areas: [], currency: 'KRW', totalMinor: 99_000, notes: [] },
      ...{ heldAt, expiresAt: heldAt + 600_000 },
    })
    // Ids are given in order: the one after this is the one that the event is written with.
    const next = 1 + (await this.register({ type: 'record', name: `Before${heldAt}`, fields: [] }))
    const value = Buffer.concat([held, Buffer.from([2])])
    value.writeUInt32BE(next, 1)
    const released = this.journal.codec.encode(recordName.HoldReleased, {
      ...named,
      ...{ seats: [seat], areas: [], releasedAt: heldAt + 1 },
    })
    const { schema } = schemas.get(recordName.SeatsHeld) as { schema: { fields: readonly object[] } }
    const later = { ...schema, fields: [...schema.fields, { name: 'later', type: 'int', default: 0 }] }
    return {
      events: [
        { type: 'SeatsHeld', value },
        { type: 'HoldReleased', value: released },
      ],
      register: async () => (await this.register(later)) === next,
    }
  }

  private async register(schema: object): Promise<number> {
    const { ONSALE_REGISTRY_URL: registry } = this.system.stack.connection.variables
    const answer = await fetch(`${registry}/subjects/e2e-${randomUUID()}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: JSON.stringify(schema) }),
    })
    return ((await answer.json()) as { id: number }).id
  }
}
