import { executable } from '../executables.js'
import type { Ports } from '../ports.js'
import type { ProcessSpec } from '../process/spec.js'
import { registryVersion } from './jars.js'

/** Kept in Kafka itself, as in every other deployment: the registry has no data folder. */
export function registry(ports: Ports, home: string, brokers = `127.0.0.1:${ports.kafka}`): ProcessSpec {
  const origin = `http://127.0.0.1:${ports.registry}`
  return {
    name: 'registry',
    kind: 'server',
    command: executable('java'),
    args: [
      '-Xms64m',
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-Xshare:auto',
      '-jar',
      `apicurio-registry-app-${registryVersion}-runner.jar`,
    ],
    env: {
      APICURIO_STORAGE_KIND: 'kafkasql',
      APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: brokers,
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(ports.registry),
      QUARKUS_LOG_LEVEL: 'WARN',
      QUARKUS_CONSOLE_COLOR: 'false',
    },
    cwd: home,
    url: `${origin}/apis/ccompat/v7`,
    async probe() {
      const answer = await fetch(`${origin}/apis/ccompat/v7/subjects`, { signal: AbortSignal.timeout(5_000) })
      return answer.ok && Array.isArray(await answer.json())
    },
    version: async () => registryVersion,
    stopWithinMs: 15_000,
  }
}
