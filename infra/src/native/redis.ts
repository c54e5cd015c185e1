import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { executable } from '../executables.js'
import { inStack } from '../paths.js'
import type { Ports } from '../ports.js'
import type { ProcessSpec } from '../process/spec.js'
import { redisInfo } from '../redis-client.js'

export function redis(
  role: 'primary' | 'replica',
  dir: string,
  ports: Ports,
  password: string,
  primaryPort = ports['redis-primary'],
): ProcessSpec {
  const name = `redis-${role}` as const
  const at = inStack(dir)
  const data = at.data(name)
  const file = join(at.conf(name), 'redis.conf')
  const address = { port: ports[name], password }
  return {
    name,
    kind: 'server',
    command: executable('redis-server'),
    args: [file],
    env: {},
    cwd: dir,
    url: `redis://127.0.0.1:${ports[name]}`,
    async prepare() {
      mkdirSync(data, { recursive: true })
      mkdirSync(at.conf(name), { recursive: true })
      // In a file of our own eyes: an argument would show the password to everyone on the machine.
      const settings = [
        'bind 127.0.0.1',
        `port ${ports[name]}`,
        `dir "${data}"`,
        'daemonize no',
        'logfile ""',
        'appendonly yes',
        'save ""',
        'maxmemory-policy noeviction',
        // There is one replica: waiting for more to share a transfer only delays it by five seconds.
        'repl-diskless-sync-delay 0',
        `requirepass ${password}`,
        `masterauth ${password}`,
        ...(role === 'replica' ? [`replicaof 127.0.0.1 ${primaryPort}`, 'replica-read-only yes'] : []),
      ]
      writeFileSync(file, `${settings.join('\n')}\n`, { mode: 0o600 })
    },
    async probe() {
      const info = await redisInfo(address)
      return info.loading === '0' && (role === 'primary' || info.master_link_status === 'up')
    },
    version: async () => (await redisInfo(address)).redis_version ?? null,
    stopWithinMs: 10_000,
  }
}
