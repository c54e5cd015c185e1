import { createHash, createHmac } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { DrawCheck, type RoomRecord } from './draw-check.js'

const showId = '0.s'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex')

/** The journal of a room with five in the lobby, of whom the third was dropped; `seed` is the one that is revealed. */
function journal({ seed = 'a'.repeat(64), swap = false, digestOf = 5 } = {}): RoomRecord[] {
  const commitment = sha256('a'.repeat(64))
  let digest = commitment
  const joins = Array.from({ length: 5 }, (_, n) => {
    const data = {
      showId,
      entryId: `${showId}.${n}`,
      customerId: `c${n}`,
      lane: 'standard',
      place: null,
      joinedAt: 10 + n,
    }
    if (n < digestOf) digest = sha256(`${digest} ${data.entryId} ${data.customerId} ${data.joinedAt}`)
    return { type: 'EntryJoined', data }
  })
  const key = hmac(seed, digest)
  const order = [0, 1, 3, 4].sort((a, b) => (hmac(key, `${showId}.${a}`) < hmac(key, `${showId}.${b}`) ? -1 : 1))
  if (swap) order.push(order.shift() as number)
  return [
    { type: 'RoomScheduled', data: { showId, commitment } },
    ...joins,
    { type: 'EntrySkipped', data: { showId, entryId: `${showId}.2` } },
    { type: 'DrawHeld', data: { showId, seed, lobbyDigest: digest, entries: 4 } },
    { type: 'PlacesDrawn', data: { showId, firstPlace: 0, entries: order.slice(0, 3) } },
    { type: 'EntryJoined', data: { showId, entryId: `${showId}.5`, customerId: 'late', place: 4, joinedAt: 99 } },
    { type: 'PlacesDrawn', data: { showId, firstPlace: 3, entries: order.slice(3) } },
  ]
}

function verdictOf(records: RoomRecord[]) {
  const check = new DrawCheck(showId)
  for (const record of records) check.add(record)
  return check.verdict()
}

test('a draw that was held as it should is confirmed', () => {
  expect(verdictOf(journal())).toMatchObject({ wrong: [], entries: 4 })
})

test.each([
  ['a tampered seed', journal({ seed: 'b'.repeat(64) }), 'the seed is not the one of the commitment'],
  ['places that were exchanged', journal({ swap: true }), 'place 0 is '],
  ['a lobby that leaves one out', journal({ digestOf: 4 }), 'the digest of the lobby is '],
  ['a draw under way', journal().slice(0, -1), '3 of 4 places are drawn so far'],
  ['no draw yet', journal().slice(0, 4), 'the draw was not held yet'],
  ['no room', [], 'there is no room'],
])('%s is found', (_, records, wrong) => {
  expect(verdictOf(records).wrong[0]).toMatch(new RegExp(`^${wrong}`))
})
