import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseName } from '../database.js'
import { layOutApiDocs } from '../native/api-docs.js'
import { originConfig } from '../native/nginx-config.js'
import { inStack } from '../paths.js'
import { type PortName, portNames } from '../ports.js'
import { loadSecrets, type Secrets } from '../secrets.js'
import type { StackState } from '../state.js'
import { tokenAudience, tokenIssuer } from '../variables.js'

/** Two checkouts have two projects, so that neither sees the other's containers and volumes. */
export const projectName = (dir: string) => `onsale-${createHash('sha256').update(dir).digest('hex').slice(0, 10)}`

/** Kafka's controller is nobody's business outside its container. */
export const publishedPorts = portNames.filter((name) => name !== 'kafka-controller')

export const portVariable = (name: PortName) => `ONSALE_PORT_${name.replaceAll('-', '_').toUpperCase()}`

/** What docker-compose.yml takes from outside: addresses on this machine, and what is secret. */
export function composeVariables(dir: string, state: StackState, secrets: Secrets): Record<string, string> {
  return {
    ONSALE_DIR: dir,
    ONSALE_ENV: state.env,
    ONSALE_DATABASE: databaseName(state.env),
    ONSALE_KAFKA_CLUSTER_ID: state.kafkaClusterId,
    ONSALE_SQL_ROOT_PASSWORD: secrets.sqlRoot,
    ONSALE_SQL_APP_PASSWORD: secrets.sqlApp,
    ONSALE_SQL_READ_PASSWORD: secrets.sqlRead,
    ONSALE_SQL_REPLICATION_PASSWORD: secrets.sqlReplication,
    ONSALE_SQL_MONITOR_PASSWORD: secrets.sqlMonitor,
    ONSALE_REDIS_PASSWORD: secrets.redis,
    ONSALE_TOKEN_ISSUER: tokenIssuer,
    ONSALE_TOKEN_AUDIENCE: tokenAudience,
    ONSALE_KEY_SECRET: secrets.keySecret,
    ONSALE_ACCEPTANCE_SECRET: secrets.acceptanceSecret,
    ONSALE_ADMISSION_SECRET: secrets.admissionSecret,
    ONSALE_DRAW_SECRET: secrets.drawSecret,
    ...Object.fromEntries(publishedPorts.map((name) => [portVariable(name), String(state.ports[name])])),
  }
}

/** Writes what the containers are started with, and returns the file of variables. */
export function prepareCompose(dir: string, state: StackState): string {
  const at = inStack(dir)
  const secrets = loadSecrets(at.secrets)
  const file = join(at.secrets, 'compose.env')
  const lines = Object.entries(composeVariables(dir, state, secrets)).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 })

  const conf = at.conf('nginx-compose')
  mkdirSync(conf, { recursive: true })
  layOutApiDocs(state.root, join(conf, 'docs'))
  const origin = originConfig({
    preamble: 'daemon off;\nworker_processes 1;\npid /tmp/nginx.pid;',
    listen: '8080',
    commandApi: ['command-api:8080'],
    queryApi: ['query-api:8080'],
    docsDir: '/etc/onsale/docs',
    accessLog: '/dev/stdout',
    errorLog: '/dev/stderr',
    tempDir: '/tmp',
  })
  writeFileSync(join(conf, 'nginx.conf'), origin)
  // Its reader in the container is another user, and it holds public keys only.
  chmodSync(secrets.jwksFile, 0o644)
  return file
}
