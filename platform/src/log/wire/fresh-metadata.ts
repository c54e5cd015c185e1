import { createRequire } from 'node:module'

/**
 * kafkajs looks at a topic's partitions every five minutes. Where partitions were added, each client of this process looks again the next
 * time that it needs to know.
 */
interface ClusterInternals {
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
}

let wanted = 0
const seen = new WeakMap<ClusterInternals, number>()
const require = createRequire(import.meta.url)
const { prototype: cluster } = require('kafkajs/src/cluster/index.js') as { prototype: ClusterInternals }

const ifNecessary = cluster.refreshMetadataIfNecessary
cluster.refreshMetadataIfNecessary = async function refreshWhereWanted() {
  if ((seen.get(this) ?? 0) === wanted) return ifNecessary.call(this)
  const asOf = wanted
  await this.refreshMetadata()
  seen.set(this, asOf)
}

/** There may be more partitions than this process knows of. */
export function lookForPartitions(): void {
  wanted += 1
}
