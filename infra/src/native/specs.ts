import { layoutOf } from '../layout.js'
import { inStack } from '../paths.js'
import type { ProcessSpec } from '../process/spec.js'
import { loadSecrets } from '../secrets.js'
import type { StackState } from '../state.js'
import { variablesFor } from '../variables.js'
import { jars } from './jars.js'
import { kafka } from './kafka.js'
import { mariadb } from './mariadb.js'
import { nginx } from './nginx.js'
import { metricsPortOf } from './observe/observer-names.js'
import { observers } from './observe/observers.js'
import { redis } from './redis.js'
import { registry } from './registry.js'
import { type ServiceName, service, serviceNames } from './services.js'

/** Every process of a stack by name, servers first. The same state gives the same specs, in whichever process. */
export function stackSpecs(dir: string, state: StackState): Map<string, ProcessSpec> {
  const { ports, root } = state
  const layout = layoutOf(state, serviceNames)
  const { brokers, seen, bootstrap, replication, services } = layout
  const { observed } = state.shape
  const portOf = (name: string) => state.more[name] as number
  const secrets = loadSecrets(inStack(dir).secrets)
  const homes = jars()
  const servers = [
    ...brokers.map((broker) =>
      kafka(
        dir,
        broker,
        brokers,
        state.kafkaClusterId,
        homes.kafka,
        observed ? portOf(metricsPortOf(broker.name)) : null,
      ),
    ),
    registry(ports, homes.registry, bootstrap),
    mariadb('primary', dir, ports, secrets),
    mariadb('replica', dir, ports, secrets, replication.mysql),
    redis('primary', dir, ports, secrets.redis),
    redis('replica', dir, ports, secrets.redis, replication.redis),
  ]
  const portsOf = (room: ServiceName) => services.filter((one) => one.room === room).map(({ port }) => port)
  const variables = {
    ...variablesFor(dir, state.env, seen, secrets, bootstrap),
    ...(observed ? { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${portOf('trace-collector')}` } : {}),
  }
  const ours = state.services
    ? [
        nginx(dir, root, ports.origin, {
          commandApi: portsOf('command-api'),
          queryApi: portsOf('query-api'),
        }),
        ...services.map(({ name, room, port }) => service(name, room, port, root, variables)),
      ]
    : []
  const watching = observed ? observers({ dir, layout, portOf, secrets }) : []
  return new Map([...servers, ...watching, ...ours].map((spec) => [spec.name, spec]))
}
