import { metricsPortOf, observerNames } from './native/observe/observer-names.js'
import type { ServiceName } from './native/services.js'
import type { Ports } from './ports.js'

/** What a stack has more than one of each: several brokers, several processes of a service, a link before each server. */
export interface Shape {
  brokers: number
  instances: Partial<Record<ServiceName, number>>
  /** Whoever is a client of a server comes to it through a port of its own, so that the way there can be cut. */
  linked: boolean
  /** Prometheus, exporters and a collector of traces beside it. */
  observed: boolean
}

export const usualShape: Shape = { brokers: 1, instances: {}, linked: false, observed: false }

/** A way to a server: whoever holds `port` passes on to `to`. */
export interface Link {
  name: string
  port: number
  to: number
  /** What speaks there, for whoever wants to ask. */
  protocol: 'kafka' | 'http' | 'mysql' | 'redis'
}

export interface BrokerPlace {
  name: string
  id: number
  port: number
  controllerPort: number
  /** Of a stack with links: the port that clients are told, and the one that it listens on for them. */
  linked: { listen: number; advertised: number } | null
}

/** Where everything is, and by which ports clients come to it. */
export interface Layout {
  brokers: BrokerPlace[]
  links: Link[]
  /** As the clients of the servers see them. */
  seen: Ports
  /** Bootstrap servers, as clients see them. */
  bootstrap: string
  /** Where the replicas find their primaries. */
  replication: { mysql: number; redis: number }
  services: { name: string; room: ServiceName; port: number }[]
}

const servers = [
  ['registry', 'http'],
  ['mysql-primary', 'mysql'],
  ['mysql-replica', 'mysql'],
  ['redis-primary', 'redis'],
  ['redis-replica', 'redis'],
] as const
/** The replicas' own ways to their primaries. */
const replications = [
  ['mysql-replication', 'mysql-primary', 'mysql'],
  ['redis-replication', 'redis-primary', 'redis'],
] as const

export const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => (at === 0 ? name : `${name}-${at + 1}`))

export const brokerNames = ({ brokers }: Pick<Shape, 'brokers'>): string[] => numbered('kafka', brokers)

export const serviceInstances = ({ instances }: Pick<Shape, 'instances'>, rooms: readonly ServiceName[]) =>
  rooms.flatMap((room) => numbered(room, instances[room] ?? 1).map((name) => ({ name, room })))

/** Names of the ports that a shape needs beyond those of every stack. */
export function morePortNames(shape: Shape, rooms: readonly ServiceName[]): string[] {
  const brokers = brokerNames(shape)
  return [
    ...brokers.slice(1).flatMap((name) => [name, `${name}-controller`]),
    ...serviceInstances(shape, rooms)
      .map(({ name }) => name)
      .filter((name) => !(rooms as readonly string[]).includes(name)),
    ...(shape.observed ? [...observerNames, ...brokers.map(metricsPortOf)] : []),
    ...(shape.linked
      ? [
          ...brokers.flatMap((name) => [`${name}-linked`, `link-${name}`]),
          ...[...servers, ...replications].map(([name]) => `link-${name}`),
        ]
      : []),
  ]
}

export function layoutOf(
  { shape, ports, more }: { shape: Shape; ports: Ports; more: Record<string, number> },
  rooms: readonly ServiceName[],
): Layout {
  const portOf = (name: string): number => {
    const port = more[name] ?? (ports as Record<string, number>)[name]
    if (port === undefined) throw new Error(`the stack has no port for ${name}`)
    return port
  }
  const { linked } = shape
  const linkTo = (name: string, to: number, protocol: Link['protocol']): Link => ({
    name,
    port: portOf(`link-${name}`),
    to,
    protocol,
  })
  const brokers = brokerNames(shape).map((name, at) => ({
    name,
    id: at + 1,
    port: portOf(name),
    controllerPort: portOf(`${name}-controller`),
    linked: linked ? { listen: portOf(`${name}-linked`), advertised: portOf(`link-${name}`) } : null,
  }))
  const links = linked
    ? [
        ...brokers.map(({ name }) => linkTo(name, portOf(`${name}-linked`), 'kafka')),
        ...servers.map(([name, protocol]) => linkTo(name, portOf(name), protocol)),
        ...replications.map(([name, primary, protocol]) => linkTo(name, portOf(primary), protocol)),
      ]
    : []
  const seen = { ...ports }
  if (linked) for (const [name] of servers) seen[name] = portOf(`link-${name}`)
  return {
    brokers,
    links,
    seen,
    bootstrap: brokers.map(({ port, linked: by }) => `127.0.0.1:${by?.advertised ?? port}`).join(','),
    replication: {
      mysql: portOf(linked ? 'link-mysql-replication' : 'mysql-primary'),
      redis: portOf(linked ? 'link-redis-replication' : 'redis-primary'),
    },
    services: serviceInstances(shape, rooms).map(({ name, room }) => ({ name, room, port: portOf(name) })),
  }
}
