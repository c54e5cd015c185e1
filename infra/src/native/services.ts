import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessSpec } from '../process/spec.js'

/** Our own services, in the order in which they are asked to stop: the edge first. */
export const serviceNames = ['command-api', 'query-api', 'reactors', 'projectors', 'decider'] as const
export type ServiceName = (typeof serviceNames)[number]

export const isService = (name: string): name is ServiceName => (serviceNames as readonly string[]).includes(name)

/** `name` is the process's own; `room` says what it runs. */
export function service(
  name: string,
  room: ServiceName,
  port: number,
  root: string,
  variables: Record<string, string>,
): ProcessSpec {
  const main = join(root, room, 'dist/main.js')
  const url = `http://127.0.0.1:${port}`
  return {
    name,
    kind: 'service',
    ...(name === room ? {} : { like: room }),
    command: process.execPath,
    args: ['--enable-source-maps', main],
    env: {
      NODE_ENV: 'production',
      ...variables,
      ONSALE_HTTP_HOST: '127.0.0.1',
      ONSALE_HTTP_PORT: String(port),
      ONSALE_INSTANCE: name,
    },
    cwd: join(root, room),
    // On one machine decisions come first: a read model may be a moment late.
    ...(room === 'projectors' ? { niceness: 5 } : {}),
    url,
    async prepare() {
      if (!existsSync(main)) throw new Error(`${room}/dist/main.js is not built; run npm run build`)
    },
    async probe() {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })
      // An answer left unread keeps its connection, and with it the asking process, alive.
      await answer.arrayBuffer()
      return answer.ok
    },
    version: async () =>
      (JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8')) as { version: string }).version,
    stopWithinMs: 15_000,
  }
}
