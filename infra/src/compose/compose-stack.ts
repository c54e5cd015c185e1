import { setTimeout as sleep } from 'node:timers/promises'
import { serviceNames } from '../native/services.js'
import { inStack } from '../paths.js'
import type { PortName } from '../ports.js'
import type { ProcessStatus, Stack, StackConnection } from '../stack.js'
import type { StackState } from '../state.js'
import { prepareCompose } from './compose-environment.js'
import { type Container, Containers } from './containers.js'

const serverPorts: Record<string, PortName> = {
  kafka: 'kafka',
  registry: 'registry',
  'mysql-primary': 'mysql-primary',
  'mysql-replica': 'mysql-replica',
  'redis-primary': 'redis-primary',
  'redis-replica': 'redis-replica',
}
export const serverNames = Object.keys(serverPorts)
const schemes: Record<string, string> = { kafka: '', mysql: 'mysql://', redis: 'redis://' }

const isReady = (container: Container | null) =>
  Boolean(container?.State.Running) && container?.State.Health?.Status === 'healthy'

/** The same stack in containers, through the same interface. */
export class ComposeStack implements Stack {
  private readonly containers: Containers
  private readonly others: string[] = []

  constructor(
    readonly connection: StackConnection,
    private readonly state: StackState,
  ) {
    this.containers = new Containers(connection.dir, state.root)
  }

  async status(): Promise<ProcessStatus[]> {
    const ours = this.state.services ? ['nginx', ...serviceNames] : []
    return [...serverNames, ...ours, ...this.others].map((name) => this.ask(name))
  }

  private ask(name: string): ProcessStatus {
    const container = this.containers.inspect(name)
    const port = this.state.ports[name === 'nginx' ? 'origin' : (name as PortName)]
    const path = name === 'registry' ? '/apis/ccompat/v7' : ''
    return {
      name,
      kind: name in serverPorts || name === 'nginx' ? 'server' : 'service',
      url: `${schemes[name.split('-')[0] as string] ?? 'http://'}127.0.0.1:${port}${path}`,
      ready: isReady(container),
      version: container?.Config.Image.split(':').at(-1) ?? null,
      pid: container?.State.Running ? container.State.Pid : null,
    }
  }

  pid(name: string): number | null {
    const container = this.containers.inspect(name)
    return container?.State.Running ? container.State.Pid : null
  }

  env(name: string): Record<string, string> {
    const pairs = (this.containers.inspect(name)?.Config.Env ?? []).map((line) => {
      const equals = line.indexOf('=')
      return [line.slice(0, equals), line.slice(equals + 1)]
    })
    return Object.fromEntries(pairs.filter(([key]) => key?.startsWith('ONSALE_')))
  }

  kill(name: string, signal: NodeJS.Signals): boolean {
    return this.containers.signal(name, signal)
  }

  async restart(name: string, wait = true): Promise<void> {
    await this.containers.compose('stop', '--timeout', '20', name)
    await this.containers.compose('up', '--detach', ...(wait ? ['--wait'] : []), '--no-deps', name)
  }

  async startAnother(name: string, like: string, overrides: Record<string, string> = {}, wait = true): Promise<void> {
    const variables = { ...overrides, ONSALE_INSTANCE: name }
    const env = Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`])
    const container = `${this.containers.project}-${name}`
    await this.containers.compose('run', '--detach', '--no-deps', '--name', container, ...env, like)
    this.others.push(name)
    while (wait && !isReady(this.containers.inspect(name))) {
      if (!this.pid(name)) throw new Error(`${name} ended before it was ready`)
      await sleep(200)
    }
  }

  async stopAnother(name: string): Promise<void> {
    await this.containers.removeOther(name)
    const at = this.others.indexOf(name)
    if (at >= 0) this.others.splice(at, 1)
  }

  logCommand(names: string[], lines: number, follow: boolean): string[] {
    return this.containers.composeCommand('logs', '--tail', String(lines), ...(follow ? ['--follow'] : []), ...names)
  }

  async stop(onProgress: (line: string) => void = () => {}): Promise<void> {
    await this.containers.removeOthers()
    await this.containers.compose('--profile', 'observe', 'down', '--timeout', '20', '--remove-orphans')
    onProgress('containers removed, volumes kept')
  }
}

/** The program on this side reads the log too, and has the bundle to fall back on. */
export async function keepSchemaBundle(dir: string, root: string): Promise<void> {
  const bundle = 'command-api:/var/lib/onsale/schemas.bundle.json'
  await new Containers(dir, root).compose('cp', bundle, inStack(dir).schemaBundle)
}

/** Builds the image where it is missing or old, starts what does not run, and returns when every health check is green. */
export async function launchCompose(
  connection: StackConnection,
  state: StackState,
  onProgress: (line: string) => void,
): Promise<Stack> {
  prepareCompose(connection.dir, state)
  const containers = new Containers(connection.dir, state.root)
  if (state.services) {
    onProgress('building the image of our services …')
    await containers.compose('build', '--quiet', 'command-api')
  }
  onProgress('starting containers …')
  const profile = state.shape.observed ? ['--profile', 'observe'] : []
  await containers.compose(...profile, 'up', '--detach', '--wait', ...(state.services ? [] : serverNames))
  if (state.services) await keepSchemaBundle(connection.dir, state.root)
  return new ComposeStack(connection, state)
}
