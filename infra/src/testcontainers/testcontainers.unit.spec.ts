import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { portVariable, publishedPorts } from '../compose/compose-environment.js'
import { checkoutRoot } from '../paths.js'
import { type Ports, portNames } from '../ports.js'
import type { Secrets } from '../secrets.js'
import { variablesFor } from '../variables.js'
import { type PublishedContainers, portsOf } from './published-ports.js'
import { mayHaveEngine } from './test-engine.js'

const compose = parse(readFileSync(join(checkoutRoot, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, { ports?: string[] }>
}
const planned = Object.fromEntries(portNames.map((name, i) => [name, 20_000 + i])) as Ports
const secrets = new Proxy({} as Secrets, { get: (_, name) => String(name) })

/** An engine that publishes what docker-compose.yml says, on the ports that it is given. */
function engine(
  ports: Ports,
  { host = 'localhost', only }: { host?: string; only?: string[] } = {},
): PublishedContainers {
  const names = new Map(publishedPorts.map((name) => [portVariable(name), ports[name]]))
  return {
    getContainer(container) {
      const service = container.replace(/-1$/, '')
      if (only && !only.includes(service)) throw new Error(`Cannot get container "${container}" as it is not running`)
      const mapped = (compose.services[service]?.ports ?? []).map((published) => {
        const [, variable, inside] = /\$\{(\w+):\?\}:(\d+)$/.exec(published) ?? []
        return [Number(inside), names.get(variable as string)]
      })
      const port = new Map(mapped as [number, number][])
      return {
        getHost: () => host,
        getMappedPort(inside) {
          const found = port.get(inside)
          if (found === undefined) throw new Error(`No port binding found for :${inside}/tcp`)
          return found
        },
      }
    },
  }
}
const servers = ['kafka', 'registry', 'mysql-primary', 'mysql-replica', 'redis-primary', 'redis-replica']

test('every published port of docker-compose.yml is found where its container has it', () => {
  expect(portsOf(engine(planned), planned, true)).toEqual(planned)
})

test('what the containers publish is what the variables say', () => {
  const published = Object.fromEntries(portNames.map((name, i) => [name, 30_000 + i])) as Ports
  published.kafka = planned.kafka
  const ports = portsOf(engine(published), planned, true)
  expect(ports).toEqual({ ...published, 'kafka-controller': planned['kafka-controller'] })
  const variables = variablesFor('/stack', 'test', ports, secrets)
  expect(variables).toMatchObject({
    ONSALE_KAFKA_BROKERS: `127.0.0.1:${published.kafka}`,
    ONSALE_REGISTRY_URL: `http://127.0.0.1:${published.registry}/apis/ccompat/v7`,
    ONSALE_SQL_PRIMARY_URL: `mysql://onsale_app:sqlApp@127.0.0.1:${published['mysql-primary']}/onsale_test`,
    ONSALE_SQL_REPLICA_URL: `mysql://onsale_read:sqlRead@127.0.0.1:${published['mysql-replica']}/onsale_test`,
    ONSALE_REDIS_URL: `redis://:redis@127.0.0.1:${published['redis-primary']}`,
    ONSALE_REDIS_REPLICA_URL: `redis://:redis@127.0.0.1:${published['redis-replica']}`,
  })
})

test('servers alone: no service is asked for', () => {
  expect(portsOf(engine(planned, { only: servers }), planned, false)).toEqual(planned)
  expect(() => portsOf(engine(planned, { only: servers }), planned, true)).toThrow('not running')
})

test('a Kafka that is published elsewhere than it advertises is of no use', () => {
  const published = { ...planned, kafka: 31_000 }
  expect(() => portsOf(engine(published), planned, true)).toThrow('kafka is published on port 31000')
})

test("another machine's engine is none", () => {
  expect(() => portsOf(engine(planned, { host: '172.17.0.1' }), planned, true)).toThrow('not on this machine')
})

test.each([
  ['nothing', {}, [], false],
  ['DOCKER_HOST', { DOCKER_HOST: 'unix:///run/podman/podman.sock' }, [], true],
  ["Docker's socket", {}, ['/var/run/docker.sock'], true],
  ['a rootless socket', { XDG_RUNTIME_DIR: '/run/user/7' }, ['/run/user/7/docker.sock'], true],
  ["Docker Desktop's socket", {}, ['/home/me/.docker/desktop/docker.sock'], true],
  ["testcontainers' own settings", {}, ['/home/me/.testcontainers.properties'], true],
  ['a client without a daemon', {}, ['/usr/bin/docker'], false],
])('with %s, testcontainers is asked: %s %s %s', (_, env, files, wanted) => {
  expect(mayHaveEngine(env, (file) => files.includes(file as never), '/home/me')).toBe(wanted)
})
