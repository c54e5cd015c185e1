import type { Pool, RowDataPacket } from 'mysql2/promise'

export interface Replication {
  running: boolean
  /** It would follow, and tries to reach its primary again and again: what it has is old, and right. */
  retrying: boolean
  /** Null where it is not known. */
  behindSeconds: number | null
  detail: string
}

/**
 * Whether the server follows its primary. Its full status needs a right of its own (REPLICA MONITOR on MariaDB, REPLICATION
 * CLIENT on MySQL); without it MariaDB still says whether the threads run, and MySQL nothing. A server that follows nobody
 * is taken as it is: some have their replication beneath the SQL server.
 */
export async function replicationOf(pool: Pool): Promise<Replication> {
  try {
    const [[status]] = await pool.query<RowDataPacket[]>('SHOW REPLICA STATUS')
    if (!status) return { running: true, retrying: false, behindSeconds: null, detail: 'this server follows nobody' }
    const io = status.Replica_IO_Running ?? status.Slave_IO_Running
    const sql = status.Replica_SQL_Running ?? status.Slave_SQL_Running
    return {
      running: io === 'Yes' && sql === 'Yes',
      retrying: io === 'Connecting' && sql === 'Yes',
      behindSeconds: status.Seconds_Behind_Source ?? status.Seconds_Behind_Master ?? null,
      detail: `receiving: ${io}, applying: ${sql}. ${status.Last_IO_Error ?? ''} ${status.Last_SQL_Error ?? ''}`.trim(),
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'ER_SPECIFIC_ACCESS_DENIED_ERROR') throw error
  }
  const [[slave]] = await pool.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Slave_running'")
  // OFF is also what a server says that follows nobody; Rpl_status would not tell either.
  if (slave?.Value !== 'OFF') return { running: true, retrying: false, behindSeconds: null, detail: '' }
  return { running: false, retrying: false, behindSeconds: null, detail: 'Slave_running is OFF' }
}
