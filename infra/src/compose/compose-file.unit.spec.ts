import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { execa } from 'execa'
import { parse } from 'yaml'
import { usualShape } from '../layout.js'
import { brokerSettings } from '../native/kafka.js'
import { mariadb } from '../native/mariadb.js'
import { registry } from '../native/registry.js'
import { service, serviceNames } from '../native/services.js'
import { checkoutRoot } from '../paths.js'
import { type Ports, portNames } from '../ports.js'
import type { Secrets } from '../secrets.js'
import type { StackState } from '../state.js'
import { variablesFor } from '../variables.js'
import { composeVariables, portVariable, publishedPorts } from './compose-environment.js'

interface ComposeFile {
  services: Record<
    string,
    {
      profiles?: string[]
      image?: string
      environment?: Record<string, string>
      ports?: string[]
      command?: string[]
      volumes?: string[]
    }
  >
}
const composePath = join(checkoutRoot, 'docker-compose.yml')
const text = readFileSync(composePath, 'utf8')
const file = parse(text, { merge: true }) as ComposeFile

const ports = Object.fromEntries(portNames.map((name, i) => [name, 20_000 + i])) as Ports
const secrets = new Proxy({} as Secrets, { get: (_, name) => String(name) })
const state: StackState = {
  engine: 'native',
  env: 'local',
  services: true,
  root: checkoutRoot,
  kafkaClusterId: 'id',
  ports,
  more: {},
  shape: usualShape,
}
const native = variablesFor('/stack', 'local', ports, secrets)
const containers: Record<string, string> = { origin: 'nginx' }

const dclint = (path: string) =>
  execa(
    process.execPath,
    [
      join(checkoutRoot, 'node_modules/dclint/bin/dclint.cjs'),
      '--config',
      join(checkoutRoot, '.dclintrc.json'),
      '--max-warnings',
      '0',
      path,
    ],
    { reject: false, all: true },
  )

test('the file keeps to the Compose specification and to the linter', async () => {
  const { all, exitCode } = await dclint(composePath)
  expect({ all, exitCode }).toMatchObject({ exitCode: 0 })
})

test('every server and service of the native launcher is there, and publishes the port of its name on this machine alone', () => {
  for (const name of publishedPorts) {
    const published = file.services[containers[name] ?? name]?.ports
    expect([name, published]).toEqual([
      name,
      [expect.stringMatching(`^127\\.0\\.0\\.1:\\$\\{${portVariable(name)}:\\?\\}:\\d+$`)],
    ])
  }
  const expected = [...publishedPorts.map((name) => containers[name] ?? name), 'migrate']
  const usual = Object.entries(file.services).flatMap(([name, { profiles }]) => (profiles ? [] : [name]))
  expect(usual.sort()).toEqual(expected.sort())
})

test.each([...serviceNames])('%s gets the variables that it gets natively', (name) => {
  const spec = service(name, name, ports[name], checkoutRoot, native)
  expect(Object.keys(file.services[name]?.environment ?? {}).sort()).toEqual(Object.keys(spec.env).sort())
})

test('services agree with the native ones on what is no address and no path', () => {
  const given = file.services['command-api']?.environment ?? {}
  const outside = composeVariables('/stack', state, secrets)
  const value = (name: string) =>
    (given[name] ?? '').replace(/\$\{(\w+):\?\}/g, (_, variable) => outside[variable] ?? '')
  for (const [name, wanted] of Object.entries(native)) {
    if (/URL$|BROKERS$|FILE$|BUNDLE$/.test(name)) continue
    expect([name, value(name)]).toEqual([name, wanted])
  }
  const sql = new URL(value('ONSALE_SQL_PRIMARY_URL'))
  const nativeSql = new URL(native.ONSALE_SQL_PRIMARY_URL as string)
  expect([sql.username, sql.password, sql.pathname]).toEqual([
    nativeSql.username,
    nativeSql.password,
    nativeSql.pathname,
  ])
})

test('every variable that the file asks for is written, and none is written in vain', () => {
  const asked = new Set([...text.matchAll(/(?<!\$)\$\{(\w+)(:\?)?\}/g)].map(([, name]) => name))
  expect([...asked].sort()).toEqual(Object.keys(composeVariables('/stack', state, secrets)).sort())
  expect(text).not.toMatch(/\$\{\w+:-/)
})

test('the broker has the settings of the native one', () => {
  const given = file.services.kafka?.environment ?? {}
  for (const [name, wanted] of Object.entries(brokerSettings)) {
    const variable = `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`
    expect([variable, given[variable]]).toEqual([variable, String(wanted)])
  }
})

test('the registry keeps its data in Kafka in both', () => {
  const spec = registry(ports, '/home')
  expect(file.services.registry?.environment).toMatchObject({ APICURIO_STORAGE_KIND: spec.env.APICURIO_STORAGE_KIND })
})

test.each(['primary', 'replica'] as const)(
  'the MySQL %s has the character set, time zone and identity of the native one',
  (role) => {
    const wanted = mariadb(role, '/stack', ports, secrets).args.filter((argument) =>
      /^--(server-id|log-bin|character-set-server|collation-server|default-time-zone|innodb-buffer-pool-size)=/.test(
        argument,
      ),
    )
    expect(wanted).toHaveLength(6)
    expect(file.services[`mysql-${role}`]?.command).toEqual(expect.arrayContaining(wanted))
  },
)

test('topics come from the same declaration, in the same profile', () => {
  expect(file.services.migrate?.command).toContain('infra/dist/migrate/migrate-main.js')
  expect(file.services.migrate?.environment).not.toHaveProperty('ONSALE_TOPIC_PROFILE')
})

test('images are pinned to a version', () => {
  for (const { image } of Object.values(file.services)) expect(image).toMatch(/:(v?\d+\.\d+\.\d+.*|local)$/)
})

test('what observes is in a profile of its own, on this machine alone, and scrapes every service and exporter', () => {
  const observing = Object.entries(file.services).filter(([, { profiles }]) => profiles !== undefined)
  for (const [name, { profiles, ports = [] }] of observing) {
    expect([name, profiles]).toEqual([name, ['observe']])
    for (const port of ports) expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1::\d+$/)])
  }
  const prometheus = parse(readFileSync(join(checkoutRoot, 'infra/observe/prometheus.yml'), 'utf8')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[]
  }
  const targets = prometheus.scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap((it) => it.targets))
  const hosts = targets.map((target) => target.split(':')[0] as string)
  for (const host of hosts) expect(Object.keys(file.services)).toContain(host)
  for (const name of [...serviceNames, 'mysql-exporter', 'redis-exporter']) expect(hosts).toContain(name)
})
