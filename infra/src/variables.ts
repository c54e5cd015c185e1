import { databaseName } from './database.js'
import { sqlUsers } from './native/mariadb.js'
import { inStack } from './paths.js'
import type { Ports } from './ports.js'
import type { Secrets } from './secrets.js'

/** What access tokens must say of their issuer and audience until there is a login. */
export const tokenIssuer = 'https://onsale.local'
export const tokenAudience = 'onsale'

/** The variables that each of our services gets (docs/architecture.md); addresses as seen from this machine. */
export function variablesFor(
  dir: string,
  env: string,
  ports: Ports,
  secrets: Secrets,
  brokers = `127.0.0.1:${ports.kafka}`,
): Record<string, string> {
  const sql = (user: string, password: string, port: number) =>
    `mysql://${user}:${password}@127.0.0.1:${port}/${databaseName(env)}`
  const redis = (port: number) => `redis://:${secrets.redis}@127.0.0.1:${port}`
  return {
    ONSALE_ENV: env,
    ONSALE_KAFKA_BROKERS: brokers,
    ONSALE_REGISTRY_URL: `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`,
    ONSALE_SCHEMA_BUNDLE: inStack(dir).schemaBundle,
    ONSALE_SQL_PRIMARY_URL: sql(sqlUsers.app, secrets.sqlApp, ports['mysql-primary']),
    ONSALE_SQL_REPLICA_URL: sql(sqlUsers.read, secrets.sqlRead, ports['mysql-replica']),
    ONSALE_REDIS_URL: redis(ports['redis-primary']),
    ONSALE_REDIS_REPLICA_URL: redis(ports['redis-replica']),
    ONSALE_JWKS_FILE: secrets.jwksFile,
    ONSALE_TOKEN_ISSUER: tokenIssuer,
    ONSALE_TOKEN_AUDIENCE: tokenAudience,
    ONSALE_KEY_SECRET: secrets.keySecret,
    ONSALE_ACCEPTANCE_SECRET: secrets.acceptanceSecret,
    ONSALE_ADMISSION_SECRET: secrets.admissionSecret,
    ONSALE_DRAW_SECRET: secrets.drawSecret,
    ONSALE_LOG_LEVEL: 'info',
  }
}
