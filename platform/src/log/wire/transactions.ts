import { createRequire } from 'node:module'
import { systemTimers } from '../../ports/system.js'

/**
 * kafkajs asks the brokers who coordinates a transactional id twice in every transaction: two round trips of five. Here the answer is
 * kept with the client that asked (each producer has its own) until it refreshes its metadata, as it does before it tries a
 * failed send again; and whatever fails in the end costs the producer its life (openOwnerLog), and what it knew.
 */
interface ClusterInternals {
  findGroupCoordinator(asked: { groupId: string; coordinatorType?: number }): Promise<{ nodeId: string | number }>
  findBroker(of: { nodeId: string | number }): Promise<{ nodeId: string | number }>
  refreshMetadata(): Promise<void>
}

const transactions = 1
const require = createRequire(import.meta.url)
const { prototype: cluster } = require('kafkajs/src/cluster/index.js') as { prototype: ClusterInternals }
const known = new WeakMap<ClusterInternals, Map<string, string | number>>()

const ask = cluster.findGroupCoordinator
cluster.findGroupCoordinator = async function findOnce(asked) {
  const { groupId, coordinatorType } = asked
  if (coordinatorType !== transactions) return ask.call(this, asked)
  const coordinators = known.get(this) ?? new Map<string, string | number>()
  known.set(this, coordinators)
  const nodeId = coordinators.get(groupId)
  if (nodeId !== undefined) {
    try {
      return await this.findBroker({ nodeId })
    } catch {
      // It cannot be reached: another may coordinate by now.
      coordinators.delete(groupId)
    }
  }
  const broker = await ask.call(this, asked)
  coordinators.set(groupId, broker.nodeId)
  return broker
}

const refresh = cluster.refreshMetadata
cluster.refreshMetadata = function refreshAll() {
  known.delete(this)
  return refresh.call(this)
}

/**
 * A transaction that begins while the markers of the one before are still being written is told CONCURRENT_TRANSACTIONS: under load
 * nearly every one. They are there within a few ms, and nothing has changed meanwhile: the same request is sent again, at once
 * and by itself (kafkajs asks for all metadata first, and then for the coordinator).
 */
interface BrokerInternals {
  addPartitionsToTxn(request: object): Promise<unknown>
}

const longestPauseMs = 16
const mostTries = 40
const { prototype: broker } = require('kafkajs/src/broker/index.js') as { prototype: BrokerInternals }

const add = broker.addPartitionsToTxn
broker.addPartitionsToTxn = async function addWhenTheLastIsOver(request) {
  for (let tries = 1, pauseMs = 1; ; tries += 1, pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await add.call(this, request)
    } catch (error) {
      if ((error as { type?: string }).type !== 'CONCURRENT_TRANSACTIONS' || tries === mostTries) throw error
      await systemTimers.sleep(pauseMs)
    }
  }
}
