/** As the driver of the real one throws it, so that the same functions tell what to do. */
export class SqlError extends Error {
  readonly fatal: boolean

  constructor(
    readonly code: string,
    readonly errno: number | undefined,
    message: string,
  ) {
    super(message)
    // What the driver says of an error that ends the connection.
    this.fatal = errno === undefined
  }
}

export const deadlock = () => new SqlError('ER_LOCK_DEADLOCK', 1213, 'Deadlock found when trying to get lock')
export const lockWaitTimeout = () => new SqlError('ER_LOCK_WAIT_TIMEOUT', 1205, 'Lock wait timeout exceeded')
export const connectionLost = (what = 'the server closed the connection') =>
  new SqlError('PROTOCOL_CONNECTION_LOST', undefined, what)
export const connectionRefused = () => new SqlError('ECONNREFUSED', undefined, 'connect ECONNREFUSED')
export const tooLong = (table: string, column: string) =>
  new SqlError('ER_DATA_TOO_LONG', 1406, `Data too long for column '${column}' of ${table}`)
export const duplicate = (table: string, key: string) =>
  new SqlError('ER_DUP_ENTRY', 1062, `Duplicate entry '${key.replaceAll('\u0000', '-')}' for ${table}`)
