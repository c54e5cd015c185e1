import { publishedPorts } from '../compose/compose-environment.js'
import { serviceNames } from '../native/services.js'
import type { PortName, Ports } from '../ports.js'
import { isThisMachine } from './test-engine.js'

/** What is asked of testcontainers' started environment; containers are named for their service and a number. */
export interface PublishedContainers {
  getContainer(name: string): { getHost(): string; getMappedPort(port: number): number }
}

/** Where each one listens in its container. */
const inside: Partial<Record<PortName, number>> = {
  kafka: 9092,
  registry: 8080,
  'mysql-primary': 3306,
  'mysql-replica': 3306,
  'redis-primary': 6379,
  'redis-replica': 6379,
  origin: 8080,
  ...Object.fromEntries(serviceNames.map((name) => [name, 8080])),
}

const isOfServices = (name: PortName) => name === 'origin' || (serviceNames as readonly string[]).includes(name)

/**
 * The ports where the containers can be reached, as the engine tells them; those of what was not started stay as planned.
 * Throws where a container is on another machine, or where Kafka would send its clients elsewhere than it is published.
 */
export function portsOf(containers: PublishedContainers, planned: Ports, services: boolean): Ports {
  const ports = { ...planned }
  for (const name of publishedPorts) {
    if (isOfServices(name) && !services) continue
    const container = containers.getContainer(`${name === 'origin' ? 'nginx' : name}-1`)
    if (!isThisMachine(container.getHost()))
      throw new Error(`${name} runs on ${container.getHost()}, not on this machine`)
    ports[name] = container.getMappedPort(inside[name] as number)
  }
  if (ports.kafka !== planned.kafka) {
    throw new Error(`kafka is published on port ${ports.kafka} and tells its clients ${planned.kafka}`)
  }
  return ports
}
