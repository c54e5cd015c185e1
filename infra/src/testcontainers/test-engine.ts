import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

type Exists = (file: string) => boolean

/**
 * A cheap look at what testcontainers would try: without any of it no engine can answer, and the package, which takes a
 * quarter of a second to load, stays on the disk.
 */
export function mayHaveEngine(env: NodeJS.ProcessEnv, exists: Exists = existsSync, home = homedir()): boolean {
  if (env.DOCKER_HOST) return true
  const runtimeDirs = [env.XDG_RUNTIME_DIR, `/run/user/${process.getuid?.() ?? 0}`].filter((dir) => dir !== undefined)
  return [
    '/var/run/docker.sock',
    ...runtimeDirs.map((dir) => join(dir, 'docker.sock')),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.testcontainers.properties'),
  ].some(exists)
}

/** Ports are published on this machine's loopback alone, and files are mounted from this disk. */
export const isThisMachine = (host: string) => ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host)

/** Whether tests can have their servers in containers of this machine. */
export async function engineAnswers(): Promise<boolean> {
  if (!mayHaveEngine(process.env)) return false
  const { getContainerRuntimeClient } = await import('testcontainers')
  const client = await getContainerRuntimeClient().catch(() => null)
  return client !== null && isThisMachine(client.info.containerRuntime.host)
}
