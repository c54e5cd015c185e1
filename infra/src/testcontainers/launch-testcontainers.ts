import type { StartedDockerComposeEnvironment } from 'testcontainers'
import { prepareCompose, projectName } from '../compose/compose-environment.js'
import { ComposeStack, keepSchemaBundle, serverNames } from '../compose/compose-stack.js'
import { inStack } from '../paths.js'
import { loadSecrets } from '../secrets.js'
import type { Stack, StackConnection } from '../stack.js'
import type { ContainerEngine } from '../start-stack.js'
import { type StackState, writeState } from '../state.js'
import { variablesFor } from '../variables.js'
import { portsOf } from './published-ports.js'
import { engineAnswers } from './test-engine.js'

/** A stack of one run of tests: its volumes go with it. */
class TestContainersStack extends ComposeStack {
  constructor(
    connection: StackConnection,
    state: StackState,
    private readonly environment: StartedDockerComposeEnvironment,
  ) {
    super(connection, state)
  }

  override async stop(onProgress: (line: string) => void = () => {}): Promise<void> {
    await super.stop()
    await this.environment.down()
    onProgress('containers and volumes removed')
  }
}

/**
 * Starts docker-compose.yml by testcontainers and returns when every health check is green. Unless the stack is to be
 * `kept`, testcontainers' reaper removes its containers and volumes also where the run is killed.
 */
async function launchTestContainers(connection: StackConnection, state: StackState, kept: boolean): Promise<Stack> {
  const { DockerComposeEnvironment, Wait } = await import('testcontainers')
  const { dir } = connection
  const compose = new DockerComposeEnvironment(state.root, 'docker-compose.yml')
    .withProjectName(projectName(dir))
    .withEnvironmentFile(prepareCompose(dir, state))
    .withAutoCleanup(!kept)
    .withStartupTimeout(600_000)
  if (state.services) compose.withBuild().withWaitStrategy('migrate-1', Wait.forOneShotStartup())
  const environment = await compose.up(state.services ? undefined : serverNames)

  const ports = portsOf(environment, state.ports, state.services)
  const published = { ...state, ports }
  writeState(dir, published)
  const variables = variablesFor(dir, state.env, ports, loadSecrets(inStack(dir).secrets))
  const origin = state.services ? `http://127.0.0.1:${ports.origin}` : null
  if (state.services) await keepSchemaBundle(dir, state.root)
  return new TestContainersStack({ ...connection, variables, origin }, published, environment)
}

/** The containers of a run of tests: found and started by testcontainers. */
export const testContainers = (kept: boolean): ContainerEngine => ({
  answers: engineAnswers,
  launch: (connection, state) => launchTestContainers(connection, state, kept),
})
