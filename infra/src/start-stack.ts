import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ComposeStack, launchCompose } from './compose/compose-stack.js'
import { chooseEngine, containerProgram } from './engine.js'
import { exclusively } from './exclusive.js'
import { layoutOf, morePortNames, type Shape, usualShape } from './layout.js'
import { fetchJars, fetchJmxAgent } from './native/jars.js'
import { launch } from './native/launch.js'
import { NativeStack } from './native/native-stack.js'
import { serviceNames } from './native/services.js'
import { stackSpecs } from './native/specs.js'
import { checkoutRoot, inStack } from './paths.js'
import { chooseNamed, choosePorts } from './ports.js'
import { PreflightError, preflight } from './preflight.js'
import { allStarted, running } from './process/run.js'
import { loadSecrets } from './secrets.js'
import type { Stack, StackConnection, StackOptions } from './stack.js'
import { newClusterId, readState, type StackState, writeState } from './state.js'
import { variablesFor } from './variables.js'

/** How containers are found and started. */
export interface ContainerEngine {
  answers(): Promise<boolean>
  launch(connection: StackConnection, state: StackState, onProgress: (line: string) => void): Promise<Stack>
}

const composeCommand: ContainerEngine = {
  answers: async () => (await containerProgram()) !== null,
  launch: launchCompose,
}

/** Starts what does not run yet, with the data of the last time, and returns when everything answers. */
export async function startStack(options: StackOptions, containers = composeCommand): Promise<Stack> {
  const dir = resolve(options.dir)
  const onProgress = options.onProgress ?? (() => {})
  return exclusively(inStack(dir).lock, async () => {
    const earlier = readState(dir)
    const engine =
      options.engine ?? (earlier && anyRunning(dir) ? earlier.engine : await chooseEngine(containers.answers))
    await preflight(dir, engine, options.observe)
    const shape = shapeOf(options, earlier, anyRunning(dir))
    if (shape.observed && earlier && !earlier.shape.observed && anyRunning(dir))
      throw new PreflightError(['what runs here was started without --observe; ./onsale down first'])
    if (engine !== 'native' && (shape.brokers > 1 || shape.linked || Object.keys(shape.instances).length > 0))
      throw new Error('several brokers, several processes of a service and links are for native stacks')
    const state: StackState = {
      engine,
      env: options.env ?? earlier?.env ?? 'local',
      services: options.services ?? true,
      root: resolve(options.root ?? checkoutRoot),
      kafkaClusterId: earlier?.kafkaClusterId ?? newClusterId(),
      ...(await portsOf(dir, shape, earlier)),
      shape,
    }
    writeState(dir, state)
    const connection = connectionOf(dir, state)
    if (engine === 'compose') return containers.launch(connection, state, onProgress)
    await fetchJars(onProgress)
    if (shape.observed) await fetchJmxAgent(onProgress)
    await options.links?.(layoutOf(state, serviceNames).links)
    const specs = stackSpecs(dir, state)
    await launch(dir, state, specs, connection.variables, onProgress)
    return new NativeStack(connection, state, specs)
  })
}

/** The stack of a folder, whether or not it runs; null where none was ever started. */
export function openStack(dir: string): Stack | null {
  const state = readState(resolve(dir))
  if (!state) return null
  const connection = connectionOf(resolve(dir), state)
  return state.engine === 'compose'
    ? new ComposeStack(connection, state)
    : new NativeStack(connection, state, stackSpecs(resolve(dir), state))
}

/** Stops everything that was started in the folder and leaves its data. Nothing there: nothing to do. */
export async function stopStack(dir: string, onProgress: (line: string) => void = () => {}): Promise<void> {
  const stack = existsSync(inStack(resolve(dir)).state) ? openStack(dir) : null
  if (stack) await exclusively(inStack(resolve(dir)).lock, () => stack.stop(onProgress))
}

const anyRunning = (dir: string) => allStarted(inStack(dir).pids).some(({ name }) => running(inStack(dir).pids, name))

const shapeOf = (
  { brokers, instances, links, observe = false }: StackOptions,
  earlier: StackState | null,
  isUp: boolean,
): Shape => ({
  brokers: brokers ?? earlier?.shape.brokers ?? usualShape.brokers,
  instances: instances ?? earlier?.shape.instances ?? usualShape.instances,
  observed: observe || (isUp && (earlier?.shape.observed ?? false)),
  linked: links !== undefined || (earlier?.shape.linked ?? usualShape.linked),
})

async function portsOf(
  dir: string,
  shape: Shape,
  earlier: StackState | null,
): Promise<Pick<StackState, 'ports' | 'more'>> {
  const inUse = portsInUse(dir, { ...earlier?.ports, ...earlier?.more })
  const ports = await choosePorts(dir, earlier?.ports ?? {}, inUse, new Set(Object.values(earlier?.more ?? {})))
  const names = morePortNames(shape, serviceNames)
  return { ports, more: await chooseNamed(dir, names, earlier?.more ?? {}, inUse, new Set(Object.values(ports))) }
}

/** The ports that our own running processes hold; a process may hold another one than its name's (Kafka's controller). */
function portsInUse(dir: string, ports: Record<string, number>): Set<number> {
  const held = Object.entries(ports).filter(([name]) => {
    const owner = name === 'origin' ? 'nginx' : name.replace(/-(controller|linked)$/, '')
    return running(inStack(dir).pids, owner)
  })
  return new Set(held.map(([, port]) => port))
}

function connectionOf(dir: string, state: StackState): StackConnection {
  const secrets = loadSecrets(inStack(dir).secrets)
  const { seen, bootstrap } = layoutOf(state, serviceNames)
  return {
    env: state.env,
    origin: state.services ? `http://127.0.0.1:${state.ports.origin}` : null,
    variables: variablesFor(dir, state.env, seen, secrets, bootstrap),
    signingKeyFile: secrets.signingKeyFile,
    signingKeyId: secrets.signingKeyId,
    dir,
  }
}
