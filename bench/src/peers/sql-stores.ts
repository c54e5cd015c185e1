import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { type Held, holdMs, priceMinor, type Request, type ReservationStore } from './reservation-store.js'

interface Ports {
  pool: Pool
  now(): number
  uuid(): string
}

class AreaFullError extends Error {}

const rememberKey = 'INSERT INTO idempotency VALUES (?, ?, ?, ?)'
const insertReservation = 'INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?, ?)'

/** Reads the area under a lock, then counts it up: check, then write. */
export const forUpdate = (ports: Ports): ReservationStore =>
  transactional(ports, async (connection, { showId, area, quantity }, insert) => {
    const [[row]] = await connection.execute<RowDataPacket[]>(
      'SELECT capacity, taken, price_minor FROM area WHERE show_id = ? AND area_id = ? FOR UPDATE',
      [showId, area],
    )
    if (!row || row.taken + quantity > row.capacity) throw new AreaFullError()
    await connection.execute('UPDATE area SET taken = taken + ? WHERE show_id = ? AND area_id = ?', [
      quantity,
      showId,
      area,
    ])
    await insert(row.price_minor * quantity)
  })

/** Checks and counts in one statement, as late as can be, so that the row is locked for the shortest time. The price is known beforehand. */
export const conditionalUpdate = (ports: Ports): ReservationStore =>
  transactional(ports, async (connection, { showId, area, quantity }, insert) => {
    await insert(priceMinor * quantity)
    const [counted] = await connection.execute<ResultSetHeader>(
      'UPDATE area SET taken = taken + ? WHERE show_id = ? AND area_id = ? AND taken + ? <= capacity',
      [quantity, showId, area, quantity],
    )
    if (counted.affectedRows !== 1) throw new AreaFullError()
  })

/** The whole transaction in one call. */
export const storedProcedure = ({ pool, now, uuid }: Ports): ReservationStore => ({
  async reserve(request) {
    const { customerId, key, showId, area, quantity } = request
    const at = now()
    const reservationId = uuid()
    try {
      const [[[row]]] = await pool.execute<[RowDataPacket[], ResultSetHeader]>('CALL reserve(?, ?, ?, ?, ?, ?, ?)', [
        customerId,
        key,
        reservationId,
        showId,
        area,
        quantity,
        at,
      ])
      return row?.total == null ? null : { reservationId, totalMinor: row.total, expiresAt: at + holdMs }
    } catch (error) {
      return firstAnswer(pool, request, error)
    }
  },
})

type Work = (
  connection: PoolConnection,
  request: Request,
  insert: (totalMinor: number) => Promise<void>,
) => Promise<void>

/** Key, area and reservation in one transaction; the key's row comes first, so that of two equal requests one waits for the other. */
function transactional({ pool, now, uuid }: Ports, work: Work): ReservationStore {
  return {
    async reserve(request) {
      const { customerId, key, showId, area, quantity } = request
      const at = now()
      const held: Held = { reservationId: uuid(), totalMinor: 0, expiresAt: at + holdMs }
      const connection = await pool.getConnection()
      try {
        await connection.query('START TRANSACTION')
        await connection.execute(rememberKey, [customerId, key, held.reservationId, at])
        await work(connection, request, async (totalMinor) => {
          held.totalMinor = totalMinor
          const { reservationId, expiresAt } = held
          const values = [reservationId, showId, area, customerId, quantity, totalMinor, at, expiresAt]
          await connection.execute(insertReservation, values)
        })
        await connection.query('COMMIT')
        return held
      } catch (error) {
        await connection.query('ROLLBACK')
        if (error instanceof AreaFullError) return null
        return await firstAnswer(connection, request, error)
      } finally {
        connection.release()
      }
    },
  }
}

async function firstAnswer(
  connection: Pick<Pool, 'execute'>,
  { customerId, key }: Request,
  error: unknown,
): Promise<Held> {
  if ((error as { code?: string }).code !== 'ER_DUP_ENTRY') throw error
  const [[row]] = await connection.execute<RowDataPacket[]>(
    `SELECT r.reservation_id, r.total_minor, r.expires_at FROM idempotency i JOIN reservation r USING (reservation_id)
     WHERE i.customer_id = ? AND i.idempotency_key = ?`,
    [customerId, key],
  )
  if (!row) throw error
  return { reservationId: row.reservation_id, totalMinor: row.total_minor, expiresAt: row.expires_at }
}
