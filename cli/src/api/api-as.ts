import { runningStack } from '../running-stack.js'
import { TokenIssuer } from '../token/token-issuer.js'
import { ApiClient } from './client.js'

/** The API of this checkout's stack, as a local member of staff. */
export async function apiAs(role: 'organizer' | 'analyst' | 'box-office'): Promise<ApiClient> {
  const { connection } = runningStack()
  const issuer = await TokenIssuer.of(connection)
  const token = await issuer.issue({ subject: `local-${role}`, roles: [role], ttlSeconds: 3_600 })
  return new ApiClient({ origin: connection.origin, token })
}
