import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Link, type Stack, startTestStack, stopStack } from '@onsale/infra'
import { Disks } from './disks.js'
import { LinkProxy } from './link-proxy.js'
import type { Targets } from './plan-faults.js'

export interface FaultsStack {
  stack: Stack & { connection: { origin: string } }
  links: ReadonlyMap<string, { proxy: LinkProxy; link: Link }>
  /** Where the servers' data lie; null: on the machine's own, which nobody fills. */
  disks: Disks | null
  targets: Targets
  brokers: string[]
  /** Opens every link again, and makes room on every disk. */
  heal(): Promise<void>
  /** Ends all of it; its data and logs go, or go to `keep`. */
  end(keep?: string): Promise<void>
}

/** A system of its own: two processes behind the origin and two deciders, so that one may fail; a link before each server. */
export async function startFaultsStack(
  { brokers, disks: withDisks }: { brokers: number; disks: boolean },
  onProgress: (line: string) => void,
): Promise<FaultsStack> {
  const links = new Map<string, { proxy: LinkProxy; link: Link }>()
  const closeLinks = () => {
    for (const { proxy } of links.values()) proxy.close()
  }
  const stack = await startTestStack('faults', {
    engine: 'native',
    brokers,
    instances: { 'command-api': 2, decider: 2 },
    onProgress,
    async links(all) {
      for (const link of all) {
        const proxy = new LinkProxy(link.name, link.port, link.to)
        await proxy.open()
        links.set(link.name, { proxy, link })
      }
    },
  }).catch((error) => {
    closeLinks()
    throw error
  })
  const processes = (await stack.status()).map(({ name }) => name).filter((name) => name !== 'nginx')
  const kafkas = processes.filter((name) => /^kafka(-\d+)?$/.test(name))
  const onDisks = withDisks ? [...kafkas, 'mysql-primary', 'mysql-replica', 'redis-primary', 'redis-replica'] : []
  if (withDisks) onProgress('moving the data of each server to a disk of its own …')
  const disks = withDisks
    ? await Disks.under(stack, onDisks).catch(async (error) => {
        await stack.stop()
        closeLinks()
        throw error
      })
    : null
  return {
    stack: stack as FaultsStack['stack'],
    links,
    disks,
    targets: { processes, links: [...links.keys()], disks: onDisks },
    brokers: kafkas,
    async heal() {
      for (const { proxy } of links.values()) await proxy.become({ kind: 'open' })
      disks?.freeAll()
    },
    async end(keep) {
      if (keep === undefined) {
        await stack.stop()
        disks?.remove()
      } else {
        await stopStack(stack.connection.dir)
        disks?.remove(join(stack.connection.dir, 'data'))
        rmSync(keep, { recursive: true, force: true })
        mkdirSync(dirname(keep), { recursive: true })
        renameSync(stack.connection.dir, keep)
      }
      closeLinks()
    },
  }
}
