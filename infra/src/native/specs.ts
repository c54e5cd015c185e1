import { inStack } from '../paths.js'
import type { ProcessSpec } from '../process/spec.js'
import { loadSecrets } from '../secrets.js'
import type { StackState } from '../state.js'
import { variablesFor } from '../variables.js'
import { jars } from './jars.js'
import { kafka } from './kafka.js'
import { mariadb } from './mariadb.js'
import { nginx } from './nginx.js'
import { redis } from './redis.js'
import { registry } from './registry.js'
import { service, serviceNames } from './services.js'

/** Every process of a stack by name, servers first. The same state gives the same specs, in whichever process. */
export function stackSpecs(dir: string, state: StackState): Map<string, ProcessSpec> {
  const { ports, root } = state
  const secrets = loadSecrets(inStack(dir).secrets)
  const homes = jars()
  const servers = [
    kafka(dir, ports, state.kafkaClusterId, homes.kafka),
    registry(ports, homes.registry),
    mariadb('primary', dir, ports, secrets),
    mariadb('replica', dir, ports, secrets),
    redis('primary', dir, ports, secrets.redis),
    redis('replica', dir, ports, secrets.redis),
  ]
  const variables = variablesFor(dir, state.env, ports, secrets)
  const ours = state.services
    ? [nginx(dir, root, ports), ...serviceNames.map((name) => service(name, name, ports[name], root, variables))]
    : []
  return new Map([...servers, ...ours].map((spec) => [spec.name, spec]))
}
