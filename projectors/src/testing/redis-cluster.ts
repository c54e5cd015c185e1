import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cluster, Redis } from 'ioredis'

const slots = 16_384

/** Three primaries, each with a third of the slots, and a client that finds the right one for each key. */
export async function startRedisCluster(): Promise<{ cluster: Cluster; nodes: Redis[]; stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'redis-cluster-'))
  const children: ChildProcess[] = []
  const nodes: Redis[] = []
  const ports = await freePorts(3)
  let cluster: Cluster | null = null
  const stop = async () => {
    cluster?.disconnect()
    for (const node of nodes) node.disconnect()
    await Promise.all(
      children.map(async (child) => {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }),
    )
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    for (const port of ports) {
      const own = ['--port', `${port}`, '--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${port}.conf`]
      const bus = ['--cluster-port', `${port - 1}`, '--bind', '127.0.0.1', '--save', '', '--dir', dir]
      children.push(spawn('redis-server', [...own, ...bus], { stdio: 'ignore' }))
      const node = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null })
      node.on('error', () => {})
      nodes.push(node)
    }
    for (const [at, node] of nodes.entries()) {
      const share = (of: number) => Math.floor((slots * of) / nodes.length)
      await node.cluster('ADDSLOTSRANGE', share(at), share(at + 1) - 1)
      // Else the epochs of all three are the same, and it takes them seconds to agree.
      await node.cluster('SET-CONFIG-EPOCH', at + 1)
      if (at > 0) await nodes[0]?.call('CLUSTER', 'MEET', '127.0.0.1', `${ports[at]}`, `${(ports[at] as number) - 1}`)
    }
    for (const node of nodes) while (!(await knowsAll(node))) await new Promise((resolve) => setTimeout(resolve, 50))
    cluster = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })))
    if (cluster.status !== 'ready') await once(cluster, 'ready')
    return { cluster, nodes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function knowsAll(node: Redis): Promise<boolean> {
  const info = await node.cluster('INFO')
  return info.includes('cluster_state:ok') && info.includes('cluster_size:3')
}

/** Each with the one before it free as well. */
async function freePorts(count: number): Promise<number[]> {
  const found: number[] = []
  while (found.length < count) {
    const port = await listened(0)
    if (port !== null && (await listened(port - 1)) !== null) found.push(port)
  }
  return found
}

function listened(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const { port: got } = server.address() as { port: number }
      server.close(() => resolve(got))
    })
  })
}
