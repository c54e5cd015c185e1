import { type Plan, roundHall } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import { header, type OwnedRecord, type openOwnerLog, ownerClaimedName } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'

const claim = '0193a3c2-0000-7000-8000-0000000000be'
export const hall: Plan = roundHall({ seats: 738 })
const seats = hall.sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats))
/** Events of a show that sells out by twos, one in four of which lets go again. */
const recordsAtOnce = 2_000

type Owner = Awaited<ReturnType<typeof openOwnerLog>>

/**
 * Writes a partition's journal as its decider would have: shows of 738 seats, each held by twos and then bought or let go.
 * @returns how many events there are
 */
export async function writeJournal(
  owner: Owner,
  codec: Codec,
  partition: number,
  planHash: string,
  events: number,
  onAppended: (events: number) => void,
): Promise<number> {
  const encoded = (name: string, data: unknown, headers: Record<string, string>): OwnedRecord => ({
    key: null,
    value: codec.encode(name, data),
    headers: { [header.type]: name, [header.claimId]: claim, ...headers },
  })
  const claimed = { claimId: claim, owner: 'bench', nextCommandOffset: 0, claimedAt: 0 }
  let batch = [encoded(ownerClaimedName, claimed, {})]
  let written = 0
  let command = 0
  const flush = async () => {
    await owner.append(batch)
    onAppended(batch.length)
    batch = []
  }
  for (let number = 0; written < events; number += 1) {
    const showId = `${partition}.0193a3c2-7d1e-7c3b-9a52-${String(number).padStart(12, '0')}`
    let version = 0
    const add = async (name: string, data: unknown) => {
      version += 1
      batch.push(
        encoded(name, data, {
          [header.subject]: showId,
          [header.streamVersion]: `${version}`,
          [header.commandOffset]: `${command}`,
          [header.commandId]: `bench-${partition}-${command}`,
        }),
      )
      command += 1
      written += 1
      if (batch.length >= recordsAtOnce) await flush()
    }
    await add(recordName.ShowScheduled, scheduled(showId, planHash))
    for (let at = 0; at + 1 < seats.length && written < events; at += 2) {
      const reservationId = `${showId}.0193a3c2-0000-7000-8000-${String(at).padStart(12, '0')}`
      const two = seats.slice(at, at + 2)
      const of = { showId, reservationId, customerId: 'bench' }
      await add(recordName.SeatsHeld, {
        ...of,
        seats: two.map(({ id, category }) => ({ seat: id, category, priceMinor: 5_000 })),
        areas: [],
        currency: 'EUR',
        totalMinor: 10_000,
        heldAt: command * 10,
        expiresAt: command * 10 + 600_000,
        notes: [],
      })
      const ended = { ...of, seats: two.map(({ id }) => id), areas: [] }
      if (at % 8 === 0) await add(recordName.HoldReleased, { ...ended, releasedAt: command * 10 })
      else {
        const bought = { confirmedBy: 'bench', currency: 'EUR', totalMinor: 10_000, confirmedAt: command * 10 }
        await add(recordName.ReservationConfirmed, { ...ended, ...bought })
      }
    }
  }
  if (batch.length > 0) await flush()
  return written
}

const scheduled = (showId: string, planHash: string) => ({
  showId,
  planHash,
  title: 'A benchmark',
  currency: 'EUR',
  prices: hall.categories.map(({ id }) => ({ category: id, priceMinor: 5_000 })),
  perCustomerLimit: 1_000,
  holdMs: 600_000,
  salesFrom: 0,
  salesUntil: 9_000_000_000,
  startsAt: 9_000_000_000,
  orphanRule: 'off',
  published: true,
  capacity: 738,
  scheduledAt: 0,
})
