import { openPool } from '@onsale/platform/sql'
import type { Pool } from 'mysql2/promise'

export const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
export const reservationId = `${showId}.0193a3c2-0000-7000-8000-000000000001`
export const planHash = 'a'.repeat(64)

export const commandIds = {
  accepted: '0193a3c2-0000-8000-8000-00000000000a',
  rejected: '0193a3c2-0000-8000-8000-00000000000b',
  unknown: '0193a3c2-0000-8000-8000-00000000000c',
}

type Rows = Record<string, string | number | null>[]

/** Writes read models to the primary, as projectors would. */
export class ReadModels {
  readonly pool: Pool

  constructor(
    primaryUrl: string,
    private readonly topic: string,
  ) {
    this.pool = openPool({ url: primaryUrl })
  }

  async insert(table: string, rows: Rows): Promise<void> {
    const columns = Object.keys(rows[0] ?? {})
    await this.pool.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [
      rows.map((row) => columns.map((column) => row[column])),
    ])
  }

  /** Every projection of partition 0 has come to this offset. */
  async checkpoint(
    nextOffset: number,
    projections = ['shows', 'seats', 'reservations', 'command_status', 'sales_per_minute'],
  ): Promise<void> {
    await this.pool.query(
      `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, updated_at) VALUES ?
       ON DUPLICATE KEY UPDATE next_offset = VALUES(next_offset)`,
      [projections.map((projection) => [projection, 1, this.topic, 0, nextOffset, Date.now()])],
    )
  }

  /** The seats' read model has seen this version of the show. */
  async seatsVersion(version: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO projection_stream (projection, version, stream, stream_version) VALUES ('seats', 1, ?, ?)
       ON DUPLICATE KEY UPDATE stream_version = VALUES(stream_version)`,
      [showId, version],
    )
  }

  /** The projections do not go on with a stream from this offset on. */
  async park(stream: string, offset: number, projections: string[]): Promise<void> {
    const where = (projection: string) => ({ projection, version: 1, topic: this.topic, partition_no: 0, stream })
    await this.insert(
      'parked_stream',
      projections.map((it) => ({
        ...where(it),
        first_offset: offset,
        reason: 'undecodable',
        detail: '',
        missing: 0,
        parked_at: 0,
      })),
    )
    await this.insert(
      'parked_event',
      projections.map((it) => ({ ...where(it), offset_no: offset, claim_id: 'c', parked_at: 0 })),
    )
  }

  async unpark(): Promise<void> {
    await this.pool.query('DELETE FROM parked_stream')
    await this.pool.query('DELETE FROM parked_event')
  }

  show(id: string, startsAt: number, more: Rows[number] = {}): Promise<void> {
    return this.insert('shows_v1', [
      {
        show_id: id,
        plan_hash: planHash,
        venue: 'Small hall',
        title: 'A night',
        currency: 'EUR',
        categories: '[{"id":"A","name":"Front","color":"#f00","places":3}]',
        prices: '[{"category":"A","priceMinor":5000}]',
        published_at: 0,
        per_customer_limit: 8,
        hold_ms: 300_000,
        sales_from: 0,
        sales_until: 86_400_000,
        starts_at: startsAt,
        scheduled_at: 0,
        capacity: 103,
        held: 3,
        sold: 1,
        ...more,
      },
    ])
  }

  /** Three seats in two rows and a floor; a reservation of the first seat and two places. */
  async oneShow(): Promise<void> {
    await this.show(showId, 86_400_000)
    await this.insert('seat_maps_v1', [
      {
        show_id: showId,
        plan_hash: planHash,
        currency: 'EUR',
        categories: '[{"id":"A","name":"Front","color":"#f00"},{"id":"B","name":"Floor","color":"#0f0"}]',
        prices: '[{"category":"A","priceMinor":5000},{"category":"B","priceMinor":2500}]',
        sections:
          '[{"id":"S","name":"Stalls","rows":[{"id":"S-1","name":"1","seats":2},{"id":"S-2","name":"2","seats":1}]}]',
        seats: 3,
      },
    ])
    const seat = (id: string, ordinal: number, status: string, reservation: string | null) => ({
      show_id: showId,
      seat_id: id,
      ordinal,
      section: 'Stalls',
      row_name: ordinal < 2 ? '1' : '2',
      number: `${ordinal + 1}`,
      category: 'A',
      x: ordinal,
      y: 1.5,
      accessible_use: id === 'b' ? 'wheelchair' : null,
      status,
      reservation_id: reservation,
    })
    // The order of the ids is not that of the plan.
    await this.insert('seats_v1', [
      seat('z', 0, 'held', reservationId),
      seat('b', 1, 'free', null),
      seat('a', 2, 'sold', `${showId}.another`),
    ])
    await this.insert('areas_v1', [
      { show_id: showId, area_id: 'F', ordinal: 0, name: 'Floor', category: 'B', capacity: 100, held: 2, sold: 0 },
    ])
    await this.insert('reservations_v1', [
      {
        reservation_id: reservationId,
        show_id: showId,
        customer_id: 'customer-1',
        status: 'held',
        seats: '[{"seat":"z","category":"A","priceMinor":5000}]',
        areas: '[{"area":"F","quantity":2,"category":"B","priceMinor":2500}]',
        currency: 'EUR',
        total_minor: 10_000,
        held_at: 1_000,
        expires_at: 301_000,
        confirmed_at: null,
        confirmed_by: null,
        ended_at: null,
        end_reason: null,
      },
    ])
    const command = { caller_id: 'customer-1', subject: showId, partition_no: 0, answer_offset: 3, decided_at: 0 }
    await this.insert('command_status_v1', [
      {
        command_id: commandIds.accepted,
        outcome: 'accepted',
        reason: null,
        details: '[]',
        reservation_id: reservationId,
        ...command,
      },
      {
        command_id: commandIds.rejected,
        outcome: 'rejected',
        reason: 'seat-taken',
        details: '["z"]',
        reservation_id: null,
        ...command,
      },
    ])
    await this.insert(
      'sales_per_minute_v1',
      [0, 1, 2].map((minute) => ({
        show_id: showId,
        minute: minute * 60_000,
        held_places: 3,
        let_go_places: 0,
        sold_places: minute,
        sold_minor: minute * 5_000,
        cancelled_places: 0,
      })),
    )
    await this.insert('venues_v1', [
      {
        plan_hash: planHash,
        name: 'Small hall',
        seats: 3,
        places: 100,
        categories: '[{"id":"A","name":"Front","color":"#f00","places":3}]',
        areas: '[{"id":"F","name":"Floor","category":"B","capacity":100}]',
        sections: '[{"id":"S","name":"Stalls","seats":3}]',
      },
      { plan_hash: 'b'.repeat(64), name: 'Empty', seats: 0, places: 1, categories: '[]', areas: '[]', sections: '[]' },
    ])
    await this.seatsVersion(4)
    await this.checkpoint(10)
  }
}
