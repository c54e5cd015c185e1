import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { executable } from '../../executables.js'
import type { Layout } from '../../layout.js'
import { checkoutRoot, inStack } from '../../paths.js'
import type { ProcessSpec } from '../../process/spec.js'
import type { Secrets } from '../../secrets.js'
import { sqlUsers } from '../mariadb.js'
import { metricsPortOf, type ObserverName, type observerPrograms } from './observer-names.js'
import { prometheusConfig, type Target } from './prometheus-config.js'

export interface ObserverPlace {
  dir: string
  layout: Layout
  portOf(name: string): number
  secrets: Secrets
}

export function observers(place: ObserverPlace): ProcessSpec[] {
  return [
    traceCollector(place),
    prometheus(place),
    alertmanager(place),
    mysqldExporter('primary', place),
    mysqldExporter('replica', place),
    redisExporter(place),
    nodeExporter(place),
  ]
}

/** All of them are programs with a health page, and an address on this machine alone. */
function server(
  { dir, portOf }: ObserverPlace,
  name: ObserverName,
  program: (typeof observerPrograms)[number],
  more: { args: string[]; health: string; prepare?(): void },
): ProcessSpec {
  const url = `http://127.0.0.1:${portOf(name)}`
  return {
    name,
    kind: 'server',
    command: executable(program),
    args: [`--web.listen-address=127.0.0.1:${portOf(name)}`, ...more.args],
    env: {},
    cwd: dir,
    url,
    async prepare() {
      mkdirSync(inStack(dir).conf(name), { recursive: true })
      mkdirSync(inStack(dir).data(name), { recursive: true })
      more.prepare?.()
    },
    probe: () => answers(`${url}${more.health}`),
    async version() {
      const { stdout, stderr } = await execa(executable(program), ['--version'], { reject: false })
      return /(?:version |Exporter )(\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1] ?? null
    },
    stopWithinMs: 10_000,
  }
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
  await answer.arrayBuffer()
  return answer.ok
}

function traceCollector({ dir, portOf }: ObserverPlace): ProcessSpec {
  const url = `http://127.0.0.1:${portOf('trace-collector')}`
  return {
    name: 'trace-collector',
    kind: 'server',
    command: process.execPath,
    args: ['--enable-source-maps', join(checkoutRoot, 'infra/dist/observe/trace-collector-main.js')],
    env: {
      ONSALE_HTTP_PORT: String(portOf('trace-collector')),
      ONSALE_TRACES_DIR: inStack(dir).data('trace-collector'),
    },
    cwd: dir,
    url,
    probe: () => answers(`${url}/health/ready`),
    version: async () => null,
    stopWithinMs: 10_000,
  }
}

function prometheus(place: ObserverPlace): ProcessSpec {
  const { dir, layout, portOf } = place
  const local = (job: string, instance: string, port: number): Target => ({
    job,
    instance,
    address: `127.0.0.1:${port}`,
  })
  const at = inStack(dir)
  const file = join(at.conf('prometheus'), 'prometheus.yml')
  const targets: Target[] = [
    ...layout.services.map(({ name, room, port }) => local(room, name, port)),
    ...layout.brokers.map(({ name }) => local('kafka', name, portOf(metricsPortOf(name)))),
    local('mysql', 'mysql-primary', portOf('mysql-primary-exporter')),
    local('mysql', 'mysql-replica', portOf('mysql-replica-exporter')),
    ...(['redis-primary', 'redis-replica'] as const).map((name) => ({
      ...local(name, name, portOf('redis-exporter')),
      path: '/scrape',
      params: { target: [`redis://127.0.0.1:${layout.seen[name]}`] },
    })),
    local('node', 'node', portOf('node-exporter')),
    local('prometheus', 'prometheus', portOf('prometheus')),
    local('alertmanager', 'alertmanager', portOf('alertmanager')),
  ]
  return server(place, 'prometheus', 'prometheus', {
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${at.data('prometheus')}`,
      '--storage.tsdb.retention.time=2d',
      '--enable-feature=exemplar-storage',
    ],
    health: '/-/ready',
    prepare: () =>
      writeFileSync(
        file,
        prometheusConfig({
          rules: join(checkoutRoot, 'infra/observe/rules/*.yml'),
          alertmanager: `127.0.0.1:${portOf('alertmanager')}`,
          targets,
        }),
      ),
  })
}

function alertmanager(place: ObserverPlace): ProcessSpec {
  return server(place, 'alertmanager', 'prometheus-alertmanager', {
    args: [
      `--config.file=${join(checkoutRoot, 'infra/observe/alertmanager.yml')}`,
      `--storage.path=${inStack(place.dir).data('alertmanager')}`,
      // One of its kind: it looks for no others.
      '--cluster.listen-address=',
    ],
    health: '/-/ready',
  })
}

function mysqldExporter(role: 'primary' | 'replica', place: ObserverPlace): ProcessSpec {
  const name = `mysql-${role}-exporter` as const
  const file = join(inStack(place.dir).conf(name), 'my.cnf')
  const port = place.layout.seen[`mysql-${role}`]
  return server(place, name, 'prometheus-mysqld-exporter', {
    args: [`--config.my-cnf=${file}`],
    health: '/',
    prepare: () =>
      writeFileSync(
        file,
        `[client]\nhost=127.0.0.1\nport=${port}\nuser=${sqlUsers.monitor}\npassword=${place.secrets.sqlMonitor}\n`,
        { mode: 0o600 },
      ),
  })
}

function redisExporter(place: ObserverPlace): ProcessSpec {
  const { dir, layout, secrets } = place
  const file = join(inStack(dir).conf('redis-exporter'), 'passwords.json')
  return server(place, 'redis-exporter', 'prometheus-redis-exporter', {
    args: [`--redis.password-file=${file}`, '--redis.addr='],
    health: '/',
    prepare: () =>
      writeFileSync(
        file,
        JSON.stringify(
          Object.fromEntries(
            (['redis-primary', 'redis-replica'] as const).map((name) => [
              `redis://127.0.0.1:${layout.seen[name]}`,
              secrets.redis,
            ]),
          ),
        ),
        { mode: 0o600 },
      ),
  })
}

function nodeExporter(place: ObserverPlace): ProcessSpec {
  const wanted = ['cpu', 'diskstats', 'filesystem', 'loadavg', 'meminfo', 'netdev', 'pressure', 'vmstat']
  return server(place, 'node-exporter', 'prometheus-node-exporter', {
    args: ['--collector.disable-defaults', ...wanted.map((name) => `--collector.${name}`)],
    health: '/',
  })
}
